import type { Response } from 'express';

/**
 * Answers with what `make` makes. Its signal aborts when the reader has gone, who needs neither an answer nor a word why there
 * is none.
 */
export async function answerWhileOpen<T>(
  res: Response,
  make: (signal: AbortSignal) => Promise<T>,
): Promise<void> {
  const closed = new AbortController();
  res.once('close', () => closed.abort());
  // The reader may have gone while permissions were checked.
  if (res.closed) {
    closed.abort();
  }
  try {
    res.json(await make(closed.signal));
  } catch (error) {
    if (!closed.signal.aborted) {
      throw error;
    }
  }
}
