import { setTimeout as pause } from 'node:timers/promises';
import type { MaskedPiece } from '../masking/MaskStream';

/** Bytes to store behind those before. */
export interface LogPiece {
  start: number;
  data: Buffer;
  /** So many bytes of the log as it was written are stored with it. */
  source: number;
}

/** Bytes of one row. */
export const MAX_ROW_BYTES = 256 * 1024;
/** Bytes held in memory before the source is made to wait. */
const MAX_PENDING_BYTES = 1024 * 1024;
/** A reader sees a line this late at most, and a talkative stage makes no more rows than that. */
const FLUSH_INTERVAL_MS = 50;

/** Stores bytes in order, gathered for a moment, one write at a time. */
export class LogWriter {
  private pending: MaskedPiece[] = [];
  private pendingBytes = 0;
  private position: number;
  private writing?: Promise<void>;
  private failure?: { error: unknown };
  private readonly hurry = new AbortController();

  constructor(
    private readonly options: {
      /** Bytes that are stored already. */
      start: number;
      append(piece: LogPiece): Promise<void>;
    },
    private readonly onFailure: () => void,
  ) {
    this.position = options.start;
  }

  async add(piece: MaskedPiece): Promise<void> {
    this.check();
    if (piece.data.length > 0) {
      this.pending.push(piece);
      this.pendingBytes += piece.data.length;
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

  /** As many whole pieces as one row holds: only at their ends it is known how far the log is copied. */
  private takeRow(): MaskedPiece {
    let count = 0;
    for (
      let bytes = 0;
      count < this.pending.length &&
      (count === 0 || bytes + this.pending[count].data.length <= MAX_ROW_BYTES);
      count++
    ) {
      bytes += this.pending[count].data.length;
    }
    const taken = this.pending.splice(0, count);
    const data = Buffer.concat(taken.map(piece => piece.data));
    this.pendingBytes -= data.length;
    return { data, end: taken[count - 1].end };
  }

  private async write(): Promise<void> {
    try {
      while (this.pendingBytes > 0) {
        const { data, end: source } = this.takeRow();
        await this.options.append({ start: this.position, data, source });
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
