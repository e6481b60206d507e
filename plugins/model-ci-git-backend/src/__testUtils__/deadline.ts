import { setTimeout as wait } from 'node:timers/promises';

/** Repeats assertions until they hold, for at most ten seconds. */
export async function deadline(
  assertions: () => void | Promise<void>,
): Promise<void> {
  const end = Date.now() + 10_000;
  for (;;) {
    try {
      await assertions();
      return;
    } catch (error) {
      if (Date.now() > end) {
        throw error;
      }
      await wait(20);
    }
  }
}
