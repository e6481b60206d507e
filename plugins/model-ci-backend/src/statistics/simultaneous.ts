import type { Bounds } from './bounds';
import { boundsAt } from './boundsAt';
import { edgeOf, type Demand } from './demand';
import type { Evidence } from './evidence';

/** One side of the decision: the level left for those that it did not decide, and whether it decided this and all. */
export interface Side {
  levelLeft: number;
  decided: boolean;
  all: boolean;
}

/**
 * The simultaneous limits that belong to Holm's decisions (Guilbaud 2008, Biometrical Journal 50, 678–692; Strassburger
 * and Bretz 2008, Statistics in Medicine 27, 4914–4927). The limit towards the edge is taken at the level that was left
 * where it decided nothing; where it decided, it is the edge itself, or better once all questions are decided that way.
 */
export function simultaneous(
  evidence: Evidence,
  demand: Demand,
  sides: { met: Side; missed: Side },
): Bounds {
  if (evidence.method === 'same-model') {
    return boundsAt(evidence, 1);
  }
  const edge = edgeOf(demand);
  const [below, above] =
    'atLeast' in demand ? [sides.met, sides.missed] : [sides.missed, sides.met];
  const { lower } = boundsAt(evidence, below.levelLeft);
  const { upper } = boundsAt(evidence, above.levelLeft);
  const settled = ({ decided, all }: Side, better: number) => {
    if (!decided) {
      return undefined;
    }
    return all ? better : edge;
  };
  return {
    lower: settled(below, Math.max(edge, lower)) ?? lower,
    upper: settled(above, Math.min(edge, upper)) ?? upper,
  };
}
