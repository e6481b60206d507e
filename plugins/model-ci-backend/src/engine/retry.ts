import { setTimeout as pause } from 'node:timers/promises';

const MAX_DELAY_MS = 30_000;

/** Waits before the next try: longer each time. Rejects with an AbortError once the signal aborts. */
export async function backOff(
  failures: number,
  firstDelayMs: number,
  signal: AbortSignal,
  maxDelayMs?: number,
): Promise<void> {
  const delay = delayAfter(failures, firstDelayMs, maxDelayMs);
  await pause(delay, undefined, { signal });
}

/** Milliseconds to wait after a number of failures in a row. */
export function delayAfter(
  failures: number,
  firstDelayMs: number,
  maxDelayMs = MAX_DELAY_MS,
): number {
  return Math.min(maxDelayMs, firstDelayMs * 2 ** (failures - 1));
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function stackOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
