import type { Verdict } from '../pods/classify';

const SECOND = 1000;

/** Gives an image up that could not be had for a while. */
export class ImageFailures {
  private since?: number;

  constructor(private readonly graceSeconds: number) {}

  judge(verdict: Verdict | undefined, now: number): Verdict | undefined {
    if (verdict?.type !== 'pending' || !verdict.image) {
      this.since = undefined;
      return verdict;
    }
    this.since ??= now;
    return verdict.image === 'final' ||
      now - this.since >= this.graceSeconds * SECOND
      ? { type: 'lost', reason: verdict.reason }
      : verdict;
  }
}
