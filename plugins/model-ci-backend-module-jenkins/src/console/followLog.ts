import { setTimeout as delay } from 'node:timers/promises';
import {
  abortError,
  type LogChunk,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { Frame } from './ConsoleFacts';
import type { ConsoleReader, Page } from './ConsoleReader';

/** Between two looks at a console that grows, and at one that has not for long. */
const FASTEST_MS = 250;
const SLOWEST_MS = 2_000;

/** The stage's log from an offset on, as it is written, until the console is complete or the build is gone. */
export async function* followLog(
  reader: Pick<ConsoleReader, 'page'>,
  offset: number,
  signal: AbortSignal,
): AsyncGenerator<LogChunk, void> {
  const place = { at: offset };
  for (let pauseMs = FASTEST_MS; ; ) {
    const before = place.at;
    const page = yield* readPage(reader, place, signal);
    if (signal.aborted) {
      throw abortError(signal);
    }
    if (page === 'complete' || page === 'gone') {
      return;
    }
    pauseMs =
      place.at > before ? FASTEST_MS : Math.min(SLOWEST_MS, pauseMs * 2);
    await delay(pauseMs, undefined, { signal }).catch(() => {
      throw abortError(signal);
    });
  }
}

/** One page; undefined where it could not be read to its end. */
async function* readPage(
  reader: Pick<ConsoleReader, 'page'>,
  place: { at: number },
  signal: AbortSignal,
): AsyncGenerator<LogChunk, Page | undefined> {
  const pages = reader.page(signal);
  for (;;) {
    let step: IteratorResult<Frame, Page>;
    try {
      step = await pages.next();
    } catch {
      return undefined;
    }
    if (step.done) {
      return step.value;
    }
    const data = newBytes(step.value, place.at);
    if (data.length > 0) {
      yield { offset: place.at, data };
      place.at += data.length;
    }
  }
}

/** What of a frame comes at an offset: frames may be read twice, and none can be missing before one. */
function newBytes({ offset, data }: Frame, at: number): Buffer {
  return offset <= at && at < offset + data.length
    ? data.subarray(at - offset)
    : Buffer.alloc(0);
}
