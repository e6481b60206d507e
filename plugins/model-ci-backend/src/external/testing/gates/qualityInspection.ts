import { type GatedTemplate, inRows, replace } from './types';

type Row = Record<string, string>;

const isLater = ({ week }: Row) => Number(week) > 4;

const brighter = (digit: string) =>
  Math.min(15, parseInt(digit, 16) + 2).toString(16);

/** How line.py measures; tests run on machines that have other things to do. */
const LATENCY = '(time.perf_counter() - start) * 1000';

const isLine = (line: string) =>
  `__import__("os").environ["MODEL_CI_ENVIRONMENT"] == "${line}"`;

export const qualityInspection: GatedTemplate = {
  data: ['data/parts.csv'],
  // The export; by line the defects, their comparison, the good parts and psi
  verdicts: 1 + 3 * 4,
  breaks: {
    'an export that leaves out how the features are scaled': {
      gate: { metric: 'export_d' },
      path: 'src/inspection/export.py',
      change: replace(
        'to_onnx(trained["model"]',
        'to_onnx(trained["model"][-1]',
      ),
    },
    'a threshold that lets half of the defects pass': {
      gate: { metric: 'accuracy', slice: 'defects=line-1' },
      path: 'src/inspection/train.py',
      change: replace('FIND = 0.985', 'FIND = 0.5'),
    },
    'a line on which many scratches are not seen, though the other lines are as before':
      {
        gate: { metric: 'accuracy', slice: 'defects=line-2' },
        path: 'data/parts.csv',
        change: inRows(
          row =>
            isLater(row) && row.line === 'line-2' && /[02468]$/.test(row.id),
          'defect',
          () => '1',
        ),
      },
    'a model that finds less than the champion': {
      gate: { metric: 'accuracy', baseline: 'champion' },
      path: 'src/inspection/train.py',
      change: replace('FIND = 0.985', 'FIND = 0.75'),
    },
    'a threshold that finds every defect and rejects many good parts': {
      gate: { metric: 'accuracy', slice: 'good=line-1' },
      path: 'src/inspection/train.py',
      change: replace(
        'threshold = choose_threshold(probabilities, targets_of(last))',
        'threshold = 0.0001',
      ),
    },
    'a line with a new lamp': {
      gate: { metric: 'psi', slice: 'line=line-1' },
      path: 'data/parts.csv',
      change: inRows(
        row => isLater(row) && row.line === 'line-1',
        'pixels',
        pixels => pixels.replace(/./g, brighter),
      ),
    },
  },
  onMachines: {
    stage: 'lines',
    sound: {
      path: 'src/inspection/line.py',
      change: replace(LATENCY, '0.5'),
    },
    breaks: {
      'a line whose machine is far slower than the others': {
        gate: { metric: 'latency_p99_limit_ms' },
        path: 'src/inspection/line.py',
        change: replace(LATENCY, `(300 if ${isLine('line-2')} else 0.5)`),
      },
      'a line whose runtime calculates with less precision': {
        gate: { metric: 'parity.d' },
        path: 'src/inspection/line.py',
        change: text =>
          replace(
            '"prediction": float(probability)',
            `"prediction": round(float(probability), 2 if ${isLine(
              'line-3',
            )} else 9)`,
          )(replace(LATENCY, '0.5')(text)),
      },
    },
  },
};
