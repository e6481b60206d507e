import {
  abortError,
  deferred,
  type LogChunk,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { Piece } from '../files/AttemptFiles';

const CHUNK = 256 * 1024;

/** Between two looks at a log that grows, and at one that has not for long. */
const FASTEST_MS = 250;
const SLOWEST_MS = 2_000;

/**
 * The bytes of a log from an offset on, as they are written, until `ended` resolves and everything was read. Shared file
 * systems report no changes, so it is looked at again and again. Nothing beyond `maxBytes` is given; `onLimit` is called
 * where there would be more.
 */
export async function* followLog(options: {
  offset: number;
  maxBytes: number;
  read(offset: number, maxBytes: number): Promise<Piece | undefined>;
  ended: Promise<unknown>;
  onLimit(): Promise<void>;
  signal: AbortSignal;
}): AsyncGenerator<LogChunk, void> {
  const { maxBytes, read, ended, onLimit, signal } = options;
  let { offset } = options;
  let isEnded = false;
  let limited = false;
  let pauseMs = FASTEST_MS;
  let wake = deferred();
  const onEnd = () => {
    isEnded = true;
    wake.resolve();
  };
  // A failure to find out how it ended is an end, too; whoever observes gets it
  ended.then(onEnd, onEnd);
  const onAbort = () => wake.resolve();
  signal.addEventListener('abort', onAbort);
  try {
    for (;;) {
      if (signal.aborted) {
        throw abortError(signal);
      }
      // Looked at before reading: what was written until the end is read after it
      const last = isEnded;
      wake = deferred();
      const most = Math.max(0, Math.min(CHUNK, maxBytes - offset));
      const piece = await read(offset, most);
      if (piece?.data.length) {
        yield { offset, data: piece.data };
        offset += piece.data.length;
        pauseMs = FASTEST_MS;
        continue;
      }
      if (last) {
        return;
      }
      if (!limited && piece && piece.size > maxBytes) {
        limited = true;
        await onLimit();
        continue;
      }
      if (!isEnded && !signal.aborted) {
        const timer = setTimeout(wake.resolve, pauseMs);
        await wake.promise;
        clearTimeout(timer);
        pauseMs = Math.min(SLOWEST_MS, pauseMs * 2);
      }
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
