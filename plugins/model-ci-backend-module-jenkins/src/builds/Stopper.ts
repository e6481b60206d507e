import type { Client } from '../client/Client';
import { JenkinsError } from '../client/JenkinsError';

/** So long a build has to end before it is asked harder. */
const PATIENCE_MS = 15_000;
const WAYS = ['stop', 'term', 'kill'] as const;

/**
 * Ends a build as Jenkins' own page does: it is asked to stop, then to end without its last steps, then it is removed from what
 * runs. The last leaves alone what an agent out of reach still does, until the time limit there.
 */
export class Stopper {
  private asked = 0;
  private since?: number;

  constructor(
    private readonly client: Pick<Client, 'post'>,
    private readonly build: string,
  ) {}

  /** To be called again and again until the build has ended. */
  async push(now: number): Promise<void> {
    this.since ??= now;
    const due = Math.min(
      WAYS.length,
      1 + Math.floor((now - this.since) / PATIENCE_MS),
    );
    if (this.asked < due) {
      await ignoreMissing(
        this.client.post(`${this.build}/${WAYS[this.asked]}`),
      );
      this.asked++;
    }
  }
}

/** What is not there any more, or has ended, needs nothing. */
export async function ignoreMissing(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (
      !(error instanceof JenkinsError) ||
      ![404, 422].includes(error.status)
    ) {
      throw error;
    }
  }
}
