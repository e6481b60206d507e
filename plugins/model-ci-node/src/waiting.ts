/** A promise that is settled from outside. */
export interface Deferred<T> {
  promise: Promise<T>;
  resolve(value: T | PromiseLike<T>): void;
  reject(reason: unknown): void;
}

export function deferred<T = void>(): Deferred<T> {
  let settle: Omit<Deferred<T>, 'promise'> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return Object.assign({ promise }, settle!);
}

/** The error that an aborted wait rejects with, whatever reason was given. */
export function abortError(signal: AbortSignal): Error {
  return Object.assign(
    new Error('The wait was aborted', { cause: signal.reason }),
    { name: 'AbortError' },
  );
}

/** Waits for a promise, but no longer than until the signal aborts; then it rejects with an AbortError. */
export async function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  if (signal.aborted) {
    throw abortError(signal);
  }
  const { promise: aborted, reject } = deferred<never>();
  const onAbort = () => reject(abortError(signal));
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

// Longest time that a timer of Node can be set to
const MAX_TIMER_MS = 2 ** 31 - 1;
const RETRY_MS = 2_000;

/**
 * Acts at a time (milliseconds since 1970), and again until it succeeds. Answers a function that calls
 * it off.
 */
export function atDeadline(
  deadline: number,
  act: () => Promise<void>,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isOff = false;
  const wait = (ms: number) => {
    if (isOff) {
      return;
    }
    timer = setTimeout(() => {
      const left = deadline - Date.now();
      if (left > 0) {
        wait(left);
      } else {
        act().catch(() => wait(RETRY_MS));
      }
    }, Math.min(Math.max(ms, 0), MAX_TIMER_MS));
  };
  wait(deadline - Date.now());
  return () => {
    isOff = true;
    clearTimeout(timer);
  };
}
