import { setTimeout as pause } from 'node:timers/promises';
import type { LogChunk } from '@model-ci/backstage-plugin-model-ci-node';

/** Bytes of one row. */
const MAX_ROW_BYTES = 256 * 1024;
/** Bytes held in memory before the source is made to wait. */
const MAX_PENDING_BYTES = 1024 * 1024;
/** A reader sees a line this late at most, and a talkative stage makes no more rows than that. */
const FLUSH_INTERVAL_MS = 50;

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

class LogWriter {
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private position: number;
  private writing?: Promise<void>;
  private failure?: { error: unknown };
  private readonly hurry = new AbortController();

  constructor(
    private readonly options: CopyLogOptions,
    private readonly onFailure: () => void,
  ) {
    this.position = options.start;
  }

  async add(data: Buffer): Promise<void> {
    this.check();
    if (data.length > 0) {
      this.pending.push(data);
      this.pendingBytes += data.length;
      this.writing ??= this.write();
    }
    if (this.pendingBytes > MAX_PENDING_BYTES) {
      await this.writing;
    }
  }

  /** Resolves once everything was stored; rejects if that did not work. */
  async end(): Promise<void> {
    this.hurry.abort();
    await this.writing;
    this.check();
  }

  private check(): void {
    if (this.failure) {
      throw this.failure.error;
    }
  }

  private async write(): Promise<void> {
    try {
      while (this.pendingBytes > 0) {
        const all = Buffer.concat(this.pending);
        const data = all.subarray(0, MAX_ROW_BYTES);
        const rest = all.subarray(MAX_ROW_BYTES);
        this.pending = rest.length > 0 ? [rest] : [];
        this.pendingBytes = rest.length;
        await this.options.append(this.position, data);
        this.position += data.length;
        if (this.pendingBytes < MAX_ROW_BYTES && !this.hurry.signal.aborted) {
          await pause(FLUSH_INTERVAL_MS, undefined, {
            signal: this.hurry.signal,
          }).catch(() => {});
        }
      }
    } catch (error) {
      this.failure = { error };
      this.onFailure();
    } finally {
      this.writing = undefined;
    }
  }
}
