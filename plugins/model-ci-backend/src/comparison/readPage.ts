import type {
  ComparedExample,
  ExampleAnswer,
} from '@model-ci/backstage-plugin-model-ci-common';
import { exampleRows } from '../examples/exampleRows';
import type { OpenedExampleSet } from '../examples/openExampleSet';
import type { ExampleRow } from '../examples/types';
import type { ComparedSets } from './compareSets';

/** Texts of whole documents do not fit into a table; their beginning does. */
const SHOWN_TEXT = 2000;

/** The examples of some pairs, as both versions answered them. */
export async function readPairs(
  { pairs, scored }: ComparedSets,
  sets: { baseline: OpenedExampleSet; candidate: OpenedExampleSet },
  shown: Int32Array,
): Promise<ComparedExample[]> {
  const rowsOf = (set: OpenedExampleSet, side: Int32Array) =>
    exampleRows(
      set,
      Array.from(shown, pair => side[pair]),
    );
  const [before, now] = await Promise.all([
    rowsOf(sets.baseline, pairs.baseline),
    rowsOf(sets.candidate, pairs.candidate),
  ]);
  return Array.from(shown, (pair, i) => ({
    id: now[i].id,
    text: now[i].text ?? before[i].text,
    ...(scored &&
      isMeasured(scored.change[pair]) && {
        change: scored.change[pair],
      }),
    baseline: answerOf(before[i], scored?.baseline[pair]),
    candidate: answerOf(now[i], scored?.candidate[pair]),
  }));
}

export function answerOf(row: ExampleRow, score?: number): ExampleAnswer {
  return {
    prediction: shorten(row.prediction),
    target: shorten(row.target),
    ...(isMeasured(score) && { score }),
    group: row.group,
    slices: row.slices,
  };
}

function shorten<T>(value: T | string): T | string {
  return typeof value === 'string' && value.length > SHOWN_TEXT
    ? `${value.slice(0, SHOWN_TEXT)}…`
    : value;
}

function isMeasured(value: number | undefined): boolean {
  return value !== undefined && Number.isFinite(value);
}
