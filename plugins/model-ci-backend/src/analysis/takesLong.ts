import { DEFAULT_CONFIDENCE } from '@model-ci/backstage-plugin-model-ci-common';
import { confidenceOf, isStatistical } from '../gates/demandOf';
import type { StageEvidence } from '../gates/types';

/** Up to so many examples one bootstrap of the usual confidence takes a few milliseconds: less than the way to a thread and back. */
const FEW_TO_JUDGE = 300;

/**
 * Whether many examples are read, which a gate without confidence does as well, or there is more than one bootstrap, or a
 * confident one: the more is promised, and the more questions share it, the more resamples each of them draws.
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
  const promisesMuch = confidenceOf(statistical) > DEFAULT_CONFIDENCE;
  return (
    read.some(({ count }) => count > FEW_TO_JUDGE) ||
    (read.length > 0 && (shareThePromise || promisesMuch))
  );
}
