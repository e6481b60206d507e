import { boundsAt } from './boundsAt';
import { isMet, isMissed, type Demand } from './demand';
import type { Evidence } from './evidence';

/** How much data would decide a question. */
export interface Needed {
  examples: number;
  groups?: number;
}

/** Beyond this the answer is that no affordable number decides. Not configurable: 10,000 times the data set. */
const MAX_TIMES = 10_000;

/**
 * The smallest number of examples that would decide, if the estimate and the spread stayed what they are. Not a promise:
 * a new sample has another estimate, and half of them lie on either side of this one. To plan a data set, ask `plan`.
 */
export function neededExamples(
  evidence: Evidence,
  demand: Demand,
  level: number,
): Needed | undefined {
  const decides = (examples: number) => {
    const bounds = boundsAt(evidence, level, examples / evidence.examples);
    return isMet(demand, bounds) || isMissed(demand, bounds);
  };
  let short = evidence.examples;
  let enough = evidence.examples * MAX_TIMES;
  if (!decides(enough)) {
    return undefined;
  }
  for (
    let middle = Math.floor((short + enough) / 2);
    short < middle && middle < enough;
    middle = Math.floor((short + enough) / 2)
  ) {
    if (decides(middle)) {
      enough = middle;
    } else {
      short = middle;
    }
  }
  const { groups } = evidence;
  return {
    examples: enough,
    ...(groups && {
      groups: Math.ceil((groups * enough) / evidence.examples),
    }),
  };
}
