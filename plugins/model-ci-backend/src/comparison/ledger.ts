import { exampleRows } from '../examples/exampleRows';
import type { OpenedExampleSet } from '../examples/openExampleSet';
import type { ExampleRow } from '../examples/types';
import { scoredMetrics } from './metrics';
import { answerOf } from './readPage';
import type { AnsweredExample, LedgerAnswers, LedgerRequest } from './types';

/** Where an example stands in sets: those with the same ids have it at the same place, so that one is searched. */
class ExamplePlaces {
  readonly #known = new Map<string, number>();

  constructor(private readonly id: string) {}

  /** -1 where the set has no such example. */
  async of(set: OpenedExampleSet): Promise<number> {
    const known = this.#known.get(set.idsDigest);
    if (known !== undefined) return known;
    const place = search(await set.ids(), this.id);
    this.#known.set(set.idsDigest, place);
    return place;
  }
}

/** In ids sorted by code units. */
function search(ids: string[], id: string): number {
  let low = 0;
  let high = ids.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (ids[middle] === id) return middle;
    if (ids[middle] < id) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** What each set answers to one example. */
export async function readLedger(
  { id, metric: wanted, digests }: LedgerRequest,
  open: (digest: string) => Promise<OpenedExampleSet>,
): Promise<LedgerAnswers> {
  const places = new ExamplePlaces(id);
  const answers: AnsweredExample[] = [];
  let metric = wanted;
  let text: string | undefined;
  for (const digest of digests) {
    const set = digest === undefined ? undefined : await open(digest);
    metric ??= set && (await scoredMetrics(set))[0];
    const place = set ? await places.of(set) : -1;
    const row =
      set && place >= 0 ? (await exampleRows(set, [place]))[0] : undefined;
    text = row?.text ?? text;
    answers.push(toAnswer(row, metric));
  }
  return { metric, text, answers };
}

function toAnswer(
  row: ExampleRow | undefined,
  metric: string | undefined,
): AnsweredExample {
  if (!row) return { found: false };
  const score = metric === undefined ? undefined : scoreOf(row, metric);
  const right = isRight(row, score, metric);
  return {
    found: true,
    ...answerOf(row, score),
    ...(right !== undefined && { right }),
  };
}

/** What the set has, or what follows from prediction and target. */
function scoreOf(row: ExampleRow, metric: string): number | undefined {
  if (Object.hasOwn(row.scores, metric)) return row.scores[metric];
  const { prediction, target } = row;
  if (metric === 'accuracy') return matches(row) ? 1 : 0;
  if (typeof prediction !== 'number' || typeof target !== 'number') {
    return undefined;
  }
  const error = prediction - target;
  if (metric === 'mae') return Math.abs(error);
  return metric === 'mse' ? error ** 2 : undefined;
}

/** Of labels, and of scores that say it; how far off a number is says nothing of right and wrong. */
function isRight(
  row: ExampleRow,
  score: number | undefined,
  metric: string | undefined,
): boolean | undefined {
  const isDistance = metric === 'mae' || metric === 'mse';
  if (!isDistance && (score === 0 || score === 1)) return score === 1;
  return typeof row.prediction === 'string' && row.target !== undefined
    ? matches(row)
    : undefined;
}

function matches({ prediction, target }: ExampleRow): boolean {
  return String(prediction) === String(target);
}

/** Since when an example has been wrong, and how often it went back and forth; oldest first. */
export function summarize(
  entries: Array<{ version: number; right?: boolean }>,
): { wrongSince?: number; flips: number } {
  const known = entries.filter(({ right }) => right !== undefined);
  const flips = known.filter(
    (entry, i) => i > 0 && entry.right !== known[i - 1].right,
  ).length;
  const lastRight = known.findLastIndex(({ right }) => right);
  const wrong = known.slice(lastRight + 1);
  return { flips, ...(wrong.length > 0 && { wrongSince: wrong[0].version }) };
}
