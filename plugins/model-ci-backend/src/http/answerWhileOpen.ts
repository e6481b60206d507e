import type { Response } from 'express';
import { onceClosed } from '@model-ci/backstage-plugin-model-ci-node';

/**
 * Answers with what `make` makes. Its signal aborts when the reader has gone, who needs neither an answer nor a word why there
 * is none.
 */
export async function answerWhileOpen<T>(
  res: Response,
  make: (signal: AbortSignal) => Promise<T>,
): Promise<void> {
  const closed = new AbortController();
  onceClosed(res, () => closed.abort());
  try {
    res.json(await make(closed.signal));
  } catch (error) {
    if (!closed.signal.aborted) {
      throw error;
    }
  }
}
