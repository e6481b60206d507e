import {
  setImmediate as nextTurn,
  setTimeout as delay,
} from 'node:timers/promises';
import {
  abortError,
  type LogChunk,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { DockerEngine } from '../engines/DockerEngine';
import { isNoSuchContainer } from '../engines/errors';
import { AttemptLog, LogDropped } from './AttemptLog';
import { demultiplex } from './demultiplex';

// A log ends with its container, whose end is reported by another stream
const END_PATIENCE_MS = 2_000;
const MAX_BACKOFF_MS = 10_000;

/**
 * The bytes of an attempt's log from `offset` on, as they are written, until its end. The engine can
 * only give a log from its start, so after a broken connection what is known already is read over.
 *
 * Only the engine ends a log. What the log itself says about an end may have been written by the script, which
 * would go on writing where nobody counts.
 */
export async function* followLog(options: {
  engine: DockerEngine;
  containerId: string;
  marker: string;
  offset: number;
  maxBytes: number;
  /** Given what the log carries, once it has ended. */
  onEnd(results: ReadonlyMap<string, Buffer>): void;
  onLimit(): Promise<void>;
  signal: AbortSignal;
}): AsyncGenerator<LogChunk, void> {
  const { engine, containerId, marker, maxBytes, signal } = options;
  let { offset } = options;
  const end = watchEnd(engine, containerId, signal);
  try {
    for (let failures = 0; ; failures++) {
      if (signal.aborted) {
        throw abortError(signal);
      }
      const log = new AttemptLog(marker);
      const endedBefore = end.isSeen();
      try {
        for await (const chunk of readOnce(engine, containerId, log, signal)) {
          const data = chunk.data.subarray(
            Math.max(offset - chunk.offset, 0),
            Math.max(maxBytes - chunk.offset, 0),
          );
          if (data.length > 0) {
            yield { offset, data };
            offset += data.length;
            failures = 0;
          }
          if (log.position > maxBytes) {
            await options.onLimit();
            return;
          }
        }
        // A connection that ended with its engine looks like the end of the log
        if ((log.isFramed || endedBefore) && (await end.isNear())) {
          options.onEnd(log.results);
          return;
        }
      } catch (error) {
        if (signal.aborted) {
          throw abortError(signal);
        }
        if (isNoSuchContainer(error)) {
          return;
        }
        if (error instanceof LogDropped) {
          await options.onLimit();
          return;
        }
        // The engine cannot be reached, or the connection broke: the log goes on where it stopped
      }
      const pause = Math.min(100 * 2 ** failures, MAX_BACKOFF_MS);
      await delay(pause, undefined, { signal }).catch(() => {});
    }
  } finally {
    end.stop();
  }
}

/** The script's own bytes, from the log's start, until the connection or the log ends. */
async function* readOnce(
  engine: DockerEngine,
  containerId: string,
  log: AttemptLog,
  signal: AbortSignal,
): AsyncGenerator<LogChunk, void> {
  const connection = new AbortController();
  const stop = () => connection.abort();
  signal.addEventListener('abort', stop);
  try {
    const framed = await engine.raw(docker =>
      docker.getContainer(containerId).logs({
        follow: true,
        stdout: true,
        stderr: true,
        abortSignal: connection.signal,
      }),
    );
    for await (const payload of demultiplex(inLargeReads(framed))) {
      const data = log.push(payload);
      yield { offset: log.position - data.length, data };
    }
    const data = log.flush();
    yield { offset: log.position - data.length, data };
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/**
 * Lets the connection read on between two chunks, so that what arrived together is given together: over TLS an engine
 * sends each line by itself.
 */
async function* inLargeReads(
  stream: AsyncIterable<Buffer | string>,
): AsyncGenerator<Buffer | string, void> {
  for await (const chunk of stream) {
    yield chunk;
    await nextTurn();
  }
}

/** The end of a container, for a reader of its log. */
function watchEnd(
  engine: DockerEngine,
  containerId: string,
  signal: AbortSignal,
) {
  const watching = new AbortController();
  let seen = false;
  const ended = engine.watch
    .ended(containerId, AbortSignal.any([signal, watching.signal]))
    .then(() => {
      seen = true;
    });
  ended.catch(() => {});
  return {
    isSeen: () => seen,
    async isNear(): Promise<boolean> {
      const patience = new AbortController();
      try {
        return await Promise.race([
          ended.then(() => true),
          delay(END_PATIENCE_MS, false, {
            signal: patience.signal,
            ref: false,
          }),
        ]);
      } finally {
        patience.abort();
      }
    },
    stop: () => watching.abort(),
  };
}
