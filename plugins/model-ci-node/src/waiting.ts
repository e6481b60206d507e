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
