import { classify } from './classify';
import { containerOf, HELPER_NAME, type Pod } from './podSchema';

/** Whether the helper of a pod can be asked. */
export function helperState(
  pod: Pod | undefined,
  now: number,
): 'coming' | 'running' | 'over' {
  if (!pod || ['Failed', 'Succeeded'].includes(pod.status.phase)) {
    return 'over';
  }
  const verdict = classify(pod, now);
  const isOver =
    verdict.type === 'lost' ||
    verdict.type === 'removed' ||
    (verdict.type === 'pending' && verdict.image === 'final');
  if (isOver || containerOf(pod, HELPER_NAME)?.state.terminated) {
    return 'over';
  }
  return containerOf(pod, HELPER_NAME)?.state.running ? 'running' : 'coming';
}
