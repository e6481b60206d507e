const FIRST_DELAY = 30_000;
const LONGEST_DELAY = 3_600_000;

/** How long code hosts and the catalog are asked again, in milliseconds: a weekend's outage loses nothing. */
export const TRIED_FOR = 4 * 86_400_000;

/** When to ask again after a failure, which `failures` others came before: later each time, at last every hour. */
export function nextTry(now: Date, failures: number): string {
  const delay = FIRST_DELAY * 2 ** Math.min(failures, 20);
  return new Date(now.getTime() + Math.min(delay, LONGEST_DELAY)).toISOString();
}
