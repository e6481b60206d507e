import type { Outcome } from '@model-ci/backstage-plugin-model-ci-node';

/**
 * How an attempt ended, as its row keeps it. The type comes first: whether one was lost is asked in queries, by `LOST`.
 */
export function formatOutcome({ type, ...rest }: Outcome): string {
  return JSON.stringify({ type, ...rest });
}

/** What is stored of lost attempts, as a pattern of LIKE. */
export const LOST = '{"type":"lost"%';

/** Whether nobody has seen the end of an attempt, so that it may still run. */
export function isLost(outcome: string | null): boolean {
  return outcome?.startsWith(LOST.slice(0, -1)) ?? false;
}
