import type { LogChunk } from '@model-ci/backstage-plugin-model-ci-node';
import type { Masks } from '../masking/Masks';
import { LogWriter, MAX_ROW_BYTES, type LogPiece } from './LogWriter';

/** How far a log is copied. */
export interface LogPosition {
  /** Bytes that are stored. */
  stored: number;
  /** Bytes of the log as it was written that are in those: more, where secrets in it are masked. */
  source: number;
}

export interface CopyLogOptions {
  start: LogPosition;
  /** Of the log as it was written. */
  maxBytes: number;
  /** What nobody may see in it. */
  masks: Masks;
  /** Opens the log at a byte offset. */
  open(offset: number, signal: AbortSignal): AsyncIterable<LogChunk>;
  /** Stores the bytes that follow those stored before. */
  append(piece: LogPiece): Promise<void>;
  signal: AbortSignal;
}

/** Bytes that are masked at a time, so that it is known often enough how far a log is copied. */
const MAX_MASKED_BYTES = 64 * 1024;

/**
 * Copies a log from an executor into the store until it ends. The first bytes after a silence go in at
 * once, what follows is gathered for a moment. Answers `limit` when the log has more bytes than allowed, of
 * which exactly the allowed ones were copied.
 *
 * What is held back, since it may be the beginning of a secret, does not count as copied: whoever goes on reads it again.
 */
export async function copyLog(
  options: CopyLogOptions,
): Promise<'ended' | 'limit'> {
  const reading = new AbortController();
  const signal = AbortSignal.any([options.signal, reading.signal]);
  const { stored, source } = options.start;
  const writer = new LogWriter({ ...options, start: stored }, () =>
    reading.abort(),
  );
  const masked = options.masks.stream(source);
  const pieceBytes = masked ? MAX_MASKED_BYTES : MAX_ROW_BYTES;
  let result: 'ended' | 'limit' = 'ended';
  try {
    let position = source;
    const add = async (data: Buffer) => {
      position += data.length;
      await writer.add(masked?.add(data) ?? { data, end: position });
    };
    for await (const chunk of options.open(position, signal)) {
      const fresh = continueAt(chunk, position);
      const room = options.maxBytes - position;
      for (const piece of cut(
        fresh.subarray(0, Math.max(room, 0)),
        pieceBytes,
      )) {
        await add(piece);
      }
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
  if (masked) {
    await writer.add(masked.end());
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

function* cut(data: Buffer, size: number): Generator<Buffer> {
  for (let start = 0; start < data.length; start += size) {
    yield data.subarray(start, start + size);
  }
}
