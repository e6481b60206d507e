import type { Phase } from '@model-ci/backstage-plugin-model-ci-node';
import type { Verdict } from '../pods/classify';

/** Reports phases as they change. */
export class Phases {
  private shown = '';

  constructor(private readonly onPhase: (phase: Phase) => void) {}

  show(verdict: Verdict | undefined): void {
    const phase = phaseOf(verdict);
    const text = JSON.stringify(phase);
    if (phase && text !== this.shown) {
      this.shown = text;
      this.onPhase(phase);
    }
  }
}

function phaseOf(verdict: Verdict | undefined): Phase | undefined {
  switch (verdict?.type) {
    case 'pending':
      return { type: 'pending', reason: verdict.reason };
    case 'running':
      return verdict;
    default:
      return undefined;
  }
}
