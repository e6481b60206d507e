import { classify } from './classify';
import { containerOf, SIDECAR, type Pod } from './podSchema';

/** Whether the sidecar of a pod can be asked. */
export function sidecarState(
  pod: Pod | undefined,
  now: number,
): 'coming' | 'running' | 'over' {
  if (!pod || ['Failed', 'Succeeded'].includes(pod.status.phase)) {
    return 'over';
  }
  const state = classify(pod, now);
  const isOver =
    state.type === 'lost' ||
    state.type === 'removed' ||
    (state.type === 'pending' && state.image === 'final');
  if (isOver || containerOf(pod, SIDECAR)?.state.terminated) {
    return 'over';
  }
  return containerOf(pod, SIDECAR)?.state.running ? 'running' : 'coming';
}
