import { setTimeout as pause } from 'node:timers/promises';

const MAX_DELAY_MS = 30_000;

/** Waits before the next try: longer each time. Rejects with an AbortError once the signal aborts. */
export async function backOff(
  failures: number,
  firstDelayMs: number,
  signal: AbortSignal,
): Promise<void> {
  await pause(delayAfter(failures, firstDelayMs), undefined, { signal });
}

/** Milliseconds to wait after a number of failures in a row. */
export function delayAfter(failures: number, firstDelayMs: number): number {
  return Math.min(MAX_DELAY_MS, firstDelayMs * 2 ** (failures - 1));
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
