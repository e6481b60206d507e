import { isStatistical } from '../gates/demandOf';
import type { StageEvidence } from '../gates/types';

/** Up to so many examples one bootstrap takes a few milliseconds: less than the way to a thread and back. */
const FEW_TO_JUDGE = 300;

/**
 * Whether many examples are read, which a gate without confidence does as well, or there is more than one bootstrap: the
 * more questions share the promise, the more resamples each of them draws.
 */
export function takesLong(evidence: StageEvidence): boolean {
  const { gates, plan, examples, instances = 1 } = evidence;
  if (gates.length === 0) {
    return false;
  }
  const read = [
    ...examples,
    ...plan.flatMap(({ baseline }) => baseline?.examples ?? []),
  ];
  const statistical = gates.filter(isStatistical);
  const shareThePromise =
    statistical.length > 1 ||
    (statistical.length === 1 &&
      (instances > 1 || statistical[0].slices !== undefined));
  return (
    read.some(({ count }) => count > FEW_TO_JUDGE) ||
    (read.length > 0 && shareThePromise)
  );
}
