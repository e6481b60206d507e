import type { LogChunk } from '@model-ci/backstage-plugin-model-ci-node';
import { LogWriter } from './LogWriter';

export interface CopyLogOptions {
  /** Bytes that are stored already. */
  start: number;
  maxBytes: number;
  /** Opens the log at a byte offset. */
  open(offset: number, signal: AbortSignal): AsyncIterable<LogChunk>;
  /** Stores the bytes that follow those stored before. */
  append(start: number, data: Buffer): Promise<void>;
  signal: AbortSignal;
}

/**
 * Copies a log from an executor into the store until it ends. The first bytes after a silence go in at
 * once, what follows is gathered for a moment. Answers `limit` when the log has more bytes than allowed, of
 * which exactly the allowed ones were stored.
 */
export async function copyLog(
  options: CopyLogOptions,
): Promise<'ended' | 'limit'> {
  const reading = new AbortController();
  const signal = AbortSignal.any([options.signal, reading.signal]);
  const writer = new LogWriter(options, () => reading.abort());
  let result: 'ended' | 'limit' = 'ended';
  try {
    let position = options.start;
    for await (const chunk of options.open(position, signal)) {
      const fresh = continueAt(chunk, position);
      const room = options.maxBytes - position;
      await writer.add(fresh.subarray(0, room));
      position += Math.min(fresh.length, room);
      if (fresh.length > room) {
        result = 'limit';
        break;
      }
    }
  } catch (error) {
    // What was read before is good, and the next reader goes on behind it.
    await writer.end();
    throw error;
  }
  await writer.end();
  return result;
}

/** What a chunk holds from a position on. */
function continueAt(chunk: LogChunk, position: number): Buffer {
  if (chunk.offset > position) {
    throw new Error(
      `The log goes on at byte ${chunk.offset}, but only ${position} bytes were read`,
    );
  }
  return chunk.data.subarray(position - chunk.offset);
}
