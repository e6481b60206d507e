import type { Waited } from '@model-ci/backstage-plugin-model-ci-common';

/** When something began and ended, and how long of that it waited for people. */
export interface Times {
  startedAt?: string;
  finishedAt?: string;
  waited?: Waited;
}

/** Milliseconds from start to end, or until now, without those in which people were waited for. */
export function workTime(
  { startedAt, finishedAt, waited }: Times & { startedAt: string },
  now: number,
): number {
  const until = waited?.since ?? finishedAt;
  const end = until === undefined ? now : Date.parse(until);
  return Math.max(0, end - Date.parse(startedAt) - (waited?.milliseconds ?? 0));
}
