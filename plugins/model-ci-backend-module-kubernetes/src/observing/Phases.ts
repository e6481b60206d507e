import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import type { Phase } from '@model-ci/backstage-plugin-model-ci-node';
import type { PodState } from '../pods/classify';

/** Reports phases as they change. It counts as running once the stage was let go. */
export class Phases {
  private shown = '';

  constructor(private readonly onPhase: (phase: Phase) => void) {}

  show(state: PodState | undefined, startedAt: string | undefined): void {
    if (state?.type === 'pending') {
      this.report({ type: 'pending', reason: state.reason });
    } else if (state?.type === 'running' && startedAt === undefined) {
      const why = reason('kubernetes.waitWorkspace');
      this.report({ type: 'pending', reason: why });
    } else if (state?.type === 'running') {
      this.showStart(startedAt, state.node);
    }
  }

  showStart(startedAt: string | undefined, node: string | undefined): void {
    if (startedAt !== undefined) {
      this.report({ type: 'running', startedAt, ...(node && { node }) });
    }
  }

  private report(phase: Phase): void {
    const text = JSON.stringify(phase);
    if (text !== this.shown) {
      this.shown = text;
      this.onPhase(phase);
    }
  }
}
