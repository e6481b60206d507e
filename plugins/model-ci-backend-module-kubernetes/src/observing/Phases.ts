import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import type { Phase } from '@model-ci/backstage-plugin-model-ci-node';
import type { PodState } from '../pods/classify';

/** Reports phases as they change. */
export class Phases {
  private shown = '';

  constructor(private readonly onPhase: (phase: Phase) => void) {}

  /** It counts as running once the stage was let go. */
  show(state: PodState | undefined, startedAt: string | undefined): void {
    const phase = phaseOf(state, startedAt);
    const text = JSON.stringify(phase);
    if (phase && text !== this.shown) {
      this.shown = text;
      this.onPhase(phase);
    }
  }
}

function phaseOf(
  state: PodState | undefined,
  startedAt: string | undefined,
): Phase | undefined {
  switch (state?.type) {
    case 'pending':
      return { type: 'pending', reason: state.reason };
    case 'running':
      return startedAt === undefined
        ? { type: 'pending', reason: reason('kubernetes.waitWorkspace') }
        : { ...state, startedAt };
    default:
      return undefined;
  }
}
