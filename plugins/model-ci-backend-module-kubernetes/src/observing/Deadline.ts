import { atDeadline } from '@model-ci/backstage-plugin-model-ci-node';

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

  /** `startedAt`: when the stage was let go, once it was. */
  watch(startedAt: string | undefined): void {
    if (startedAt !== undefined && !this.isSet) {
      const { attempt, onDeadline } = this.options;
      this.isSet = true;
      this.callOff = atDeadline(
        Date.parse(startedAt) + SECOND * attempt.timeoutSeconds,
        onDeadline,
      );
    }
  }
}
