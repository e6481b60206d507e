import { atDeadline } from '@model-ci/backstage-plugin-model-ci-node';
import type { Verdict } from '../pods/classify';

/** Kubernetes gives times in whole seconds. */
const SECOND = 1000;

/** Keeps the limit of time from the start on, once that is known. */
export class Deadline {
  callOff: () => void = () => {};
  private isSet = false;

  constructor(
    private readonly options: {
      attempt: { timeoutSeconds: number };
      onDeadline(): Promise<void>;
    },
  ) {}

  watch(verdict: Verdict | undefined): void {
    if (verdict?.type === 'running' && !this.isSet) {
      const { attempt, onDeadline } = this.options;
      this.isSet = true;
      this.callOff = atDeadline(
        Date.parse(verdict.startedAt) + SECOND * (1 + attempt.timeoutSeconds),
        onDeadline,
      );
    }
  }
}
