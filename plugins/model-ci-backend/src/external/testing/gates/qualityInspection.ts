import { type GatedTemplate, inRows, replace } from './types';

type Row = Record<string, string>;

const isLater = ({ week }: Row) => Number(week) > 4;

const brighter = (digit: string) =>
  Math.min(15, parseInt(digit, 16) + 2).toString(16);

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
};
