import { setTimeout as pause } from 'node:timers/promises';

/** Bytes of one row. */
const MAX_ROW_BYTES = 256 * 1024;
/** Bytes held in memory before the source is made to wait. */
const MAX_PENDING_BYTES = 1024 * 1024;
/** A reader sees a line this late at most, and a talkative stage makes no more rows than that. */
const FLUSH_INTERVAL_MS = 50;

/** Stores bytes in order, gathered for a moment, one write at a time. */
export class LogWriter {
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private position: number;
  private writing?: Promise<void>;
  private failure?: { error: unknown };
  private readonly hurry = new AbortController();

  constructor(
    private readonly options: {
      /** Bytes that are stored already. */
      start: number;
      append(start: number, data: Buffer): Promise<void>;
    },
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
