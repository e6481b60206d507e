import type { Cluster } from '../cluster/Cluster';
import { isOverdue, type PodState } from '../pods/classify';
import { stageMayRun, type Pod } from '../pods/podSchema';

/**
 * Lets an attempt count as over only where its stage does not run any more, since another attempt may follow then: what still
 * runs is ended first. Only a node that does not answer in time is not waited for.
 */
export class Ending {
  /** What was seen first: later states show what came of ending it. */
  private seen?: PodState;

  constructor(private readonly cluster: Cluster) {}

  /** What counts; `unknown` while the stage may run although it was seen to be over. */
  async confirm(
    pod: Pod | undefined,
    state: PodState | undefined,
    now: number,
  ): Promise<PodState | undefined> {
    if (state?.type === 'lost' || state?.type === 'killed') {
      this.seen ??= state;
    }
    if (!pod || !stageMayRun(pod) || isOverdue(pod, now)) {
      return this.seen ?? state;
    }
    if (!this.seen) {
      return state;
    }
    const { name, uid, deletionTimestamp } = pod.metadata;
    if (deletionTimestamp === undefined) {
      await this.cluster.remove('pods', name, { uid });
    }
    return { type: 'unknown' };
  }
}
