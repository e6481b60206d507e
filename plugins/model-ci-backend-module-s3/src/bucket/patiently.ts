import { setTimeout as pause } from 'node:timers/promises';
import { kindOf } from './failures';

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

export const CLOCK: Clock = {
  now: Date.now,
  wait: (ms, signal) => pause(ms, undefined, { signal }),
};

const FIRST_PAUSE_MS = 250;
/** So that a store that is back is noticed soon, whatever the patience. */
const LONGEST_PAUSE_MS = 5_000;

/** Repeats a call that is safe to repeat while the store is away, for as long as the patience lasts. */
export async function patiently<T>(
  call: () => Promise<T>,
  options: { clock: Clock; patienceMs: number; signal?: AbortSignal },
): Promise<T> {
  const { clock, patienceMs, signal } = options;
  const until = clock.now() + patienceMs;
  for (let failures = 0; ; failures += 1) {
    try {
      return await call();
    } catch (error) {
      const ms = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
      if (kindOf(error) !== 'away' || clock.now() + ms > until) {
        throw error;
      }
      await clock.wait(ms, signal);
    }
  }
}
