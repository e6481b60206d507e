import type { PodState } from '../pods/classify';

const SECOND = 1000;

/** Gives an image up that could not be had for a while. */
export class ImageFailures {
  private since?: number;

  constructor(private readonly graceSeconds: number) {}

  judge(state: PodState | undefined, now: number): PodState | undefined {
    if (state?.type !== 'pending' || !state.image) {
      this.since = undefined;
      return state;
    }
    this.since ??= now;
    return state.image === 'final' ||
      now - this.since >= this.graceSeconds * SECOND
      ? { type: 'lost', reason: state.reason }
      : state;
  }
}
