import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { Masks } from '../../masking/Masks';
import { ExampleColumns } from '../../examples/ExampleColumns';
import { Numbers } from '../../examples/growing';
import { LineReader } from './LineReader';
import { scoreName } from './lmEvalResults';
import { parseLine } from './parseLine';
import { orTooMuch } from './predictions';
import { malformed, quote, type ReportReader } from './ReportReader';
import { wrongWithin } from './wrongWithin';

/** What `samples_<task>_*.jsonl` says. */
export interface LmEvalSamples<TExamples = ExampleColumns> {
  type: 'samples';
  examples: TExamples;
}

/** Not configurable: a sample repeats its prompt, which may be a book, for each choice. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;
/** Of a task, whose samples have a line for each. Not configurable: tasks have a handful, and an integer has room for 32. */
const MAX_FILTERS = 32;
/** Not configurable: it is a part of the names of scores. */
const MAX_FILTER = 200;
/** Of a sample; everything else is a score, where a sample does not list its scores. */
const KNOWN = new Set([
  'doc_id',
  'doc',
  'target',
  'arguments',
  'resps',
  'filtered_resps',
  'filter',
  'metrics',
  'doc_hash',
  'prompt_hash',
  'target_hash',
]);

type Sample = Map<string, unknown>;

/** Which lines an example has had, as one bit for each filter. */
class SeenFilters {
  readonly #bits = new Map<string, number>();
  readonly #rows = new Numbers();

  /** Whether it is the first line of the example with the filter. */
  add(row: number, filter: string, line: number): boolean {
    const bit = this.#bitOf(filter, line);
    const before = this.#rows.at(row);
    this.#rows.set(row, before | bit);
    return (before & bit) === 0;
  }

  #bitOf(filter: string, line: number): number {
    const known = this.#bits.get(filter);
    if (known !== undefined) {
      return known;
    }
    if (this.#bits.size >= MAX_FILTERS || filter.length > MAX_FILTER) {
      throw malformed(
        reason('report.manyFilters', { max: MAX_FILTERS, length: MAX_FILTER }),
        { line },
      );
    }
    const bit = 1 << this.#bits.size;
    this.#bits.set(filter, bit);
    return bit;
  }
}

/** Reads the samples of one task. There is one line for each filter of an example, which becomes one example. */
export function createLmEvalSamplesReader(
  masks = Masks.none,
): ReportReader<LmEvalSamples> {
  const examples = new ExampleColumns();
  const rows = new Map<string, number>();
  const seen = new SeenFilters();

  const take = (sample: Sample, line: number): Reason | undefined => {
    const id = idOf(sample.get('doc_id'));
    if (id === undefined) {
      return reason('report.sampleShape');
    }
    const wrong =
      wrongWithin(sample.get('filtered_resps')) ??
      wrongWithin(sample.get('target'));
    if (wrong) {
      return wrong;
    }
    const filter = String(sample.get('filter') ?? 'none');
    const known = rows.get(id);
    if (!seen.add(known ?? examples.count, filter, line)) {
      return reason('report.idTwice', { id: quote(id) });
    }
    const scores = scoresOf(sample, filter);
    if (known !== undefined) {
      orTooMuch(line, () => examples.addScores(known, scores));
      return undefined;
    }
    rows.set(id, examples.count);
    orTooMuch(line, () =>
      examples.add({
        id,
        prediction: predictionOf(sample.get('filtered_resps')),
        target: textOf(sample.get('target')),
        scores,
        slices: {},
      }),
    );
    return undefined;
  };
  const lines = new LineReader(MAX_LINE_BYTES, (text, line) => {
    const parsed = parseLine(text, { unmeasured: 'null', masks });
    if ('error' in parsed) {
      return parsed.error;
    }
    const { value } = parsed;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? take(new Map(Object.entries(value)), line)
      : reason('report.sampleShape');
  });
  return {
    write: chunk => lines.write(chunk),
    end() {
      lines.end();
      return { type: 'samples', examples };
    },
  };
}

function idOf(value: unknown): string | undefined {
  return typeof value === 'number' || typeof value === 'string'
    ? String(value)
    : undefined;
}

/** Scores that are numbers; null is one that was not measured. What a corpus metric collects is none of one example. */
function scoresOf(sample: Sample, filter: string): Record<string, number> {
  const listed = sample.get('metrics');
  const names = Array.isArray(listed)
    ? listed.map(String)
    : [...sample.keys()].filter(name => !KNOWN.has(name));
  return Object.fromEntries(
    names.flatMap(name => {
      const score = sample.get(name);
      const number = score === null ? NaN : score;
      return typeof number === 'number' || typeof number === 'boolean'
        ? [[scoreName(name, filter), Number(number)]]
        : [];
    }),
  );
}

/** The answer; of choices, the position of the one that is most likely, as targets name it. */
function predictionOf(answers: unknown): string | number | undefined {
  if (!Array.isArray(answers)) {
    return textOf(answers);
  }
  const likelihoods = answers.map(answer =>
    Array.isArray(answer) && answer.length === 2 ? Number(answer[0]) : NaN,
  );
  if (answers.length > 1 && !likelihoods.some(Number.isNaN)) {
    const highest = likelihoods.reduce((a, b) => Math.max(a, b), -Infinity);
    return String(likelihoods.indexOf(highest));
  }
  return answers.length === 1 ? textOf(answers[0]) : JSON.stringify(answers);
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) {
    return undefined;
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
