import type { Undefined } from './evidence';

/** Not configurable: enough to look at, few enough for a page. */
const SHOWN = 20;

/** The refusal of scores of which some are no finite numbers; undefined where all are. */
export function findUnmeasured(
  side: 'baseline' | 'candidate',
  scores: Float64Array,
): Undefined | undefined {
  const first: number[] = [];
  let count = 0;
  for (let i = 0; i < scores.length; i += 1) {
    if (!Number.isFinite(scores[i])) {
      count += 1;
      if (first.length < SHOWN) {
        first.push(i);
      }
    }
  }
  return count === 0
    ? undefined
    : { method: 'undefined', reason: 'not-measured', side, count, first };
}
