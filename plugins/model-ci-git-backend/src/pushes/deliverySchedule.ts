/** A subscriber may read files of the repository before it records the push: sooner would only double its work. */
const FIRST_DELAY = 30_000;
/** An outage of hours ends without anybody's help within this time after it. */
const LONGEST_DELAY = 3_600_000;
/**
 * A weekend's outage loses nothing. A portal in which nobody starts runs for pushes has nobody who acknowledges
 * them: there each would otherwise stay for ever.
 */
export const MAX_PUSH_AGE = 4 * 86_400_000;

/** When a push that was published `attempts` times is published again, unless it is acknowledged before. */
export function nextDelivery(now: Date, attempts: number): Date {
  const delay = FIRST_DELAY * 2 ** Math.min(Math.max(attempts - 1, 0), 20);
  return new Date(now.getTime() + Math.min(delay, LONGEST_DELAY));
}

/** Pushes recorded before this time are given up. */
export function oldestPush(now: Date): Date {
  return new Date(now.getTime() - MAX_PUSH_AGE);
}
