import type {
  LogPart,
  LogRange,
} from '@model-ci/backstage-plugin-model-ci-common';
import { countLines, firstAtOrAfter, type LogLine } from './LogLine';
import { fromFirstLine, reachesEnd, upTo } from './ranges';
import { LogScreen, SCREEN_ROWS } from './terminal/LogScreen';

/** Bytes of one request. */
export const CHUNK = 512 * 1024;
/** Bytes that are kept; beyond it the end that is further from the reader is dropped. */
export const MOST_BYTES = 8 * 1024 * 1024;
/** The server answers no fewer bytes than these. */
const LEAST_LIMIT = 16;
/** Milliseconds in which live pieces are gathered before they are shown. */
const GATHERING = 50;

/** Where a log comes from. */
export interface LogSource {
  /** A negative offset counts from the end. */
  read(offset: number, limit: number, signal: AbortSignal): Promise<LogRange>;
  follow(
    offset: number,
    signal: AbortSignal,
    onReconnect: (error: Error) => void,
  ): AsyncIterable<LogPart>;
}

export interface LogSnapshot {
  lines: readonly LogLine[];
  /** Bytes that the lines cover. */
  start: number;
  end: number;
  /** Bytes of the log, as far as known. */
  size: number;
  /** Nothing will be added any more. */
  ended: boolean;
  /** The lines reach to the end of what was written so far. */
  atEnd: boolean;
  /** Number of the first line, from 1, once it is known. */
  firstNumber?: number;
  /** Nothing was read yet. */
  opening: boolean;
  loadingEarlier: boolean;
  loadingLater: boolean;
  /** Why nothing comes at the moment, while it is tried again. */
  reconnecting?: Error;
  error?: Error;
}

const EMPTY: LogSnapshot = {
  lines: [],
  start: 0,
  end: 0,
  size: 0,
  ended: false,
  atEnd: false,
  opening: true,
  loadingEarlier: false,
  loadingLater: false,
};

/**
 * The part of a log that is held in memory: a run of lines around the reader, read in chunks and
 * bounded by {@link MOST_BYTES}. While it reaches to the end of a log that still grows, it follows it.
 */
export class LogWindow {
  readonly #source: LogSource;
  readonly #listeners = new Set<() => void>();
  #snapshot = EMPTY;
  /** Lines that can no longer change; the last ones are the screen's. */
  #lines: LogLine[] = [];
  #screen = new LogScreen(0);
  /** Of what was read at the start: how many rows above it are drawn over. */
  #first: { above: number } = this.#screen;
  /** Ends everything that belongs to the present place when the reader jumps to another one. */
  #place = new AbortController();
  #following?: AbortController;
  #gathered: LogPart[] = [];
  #timer?: ReturnType<typeof setTimeout>;
  /** Whether the reader wants the newest line in sight: then the oldest lines make room, else the newest. */
  #keepEnd = true;

  constructor(source: LogSource) {
    this.#source = source;
  }

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  readonly getSnapshot = (): LogSnapshot => this.#snapshot;

  /** Says whether the newest line is to be kept in sight. */
  setKeepEnd(keepEnd: boolean) {
    this.#keepEnd = keepEnd;
  }

  /** Shows the end of the log, and reads a short one whole. */
  async openEnd(): Promise<void> {
    const signal = this.#moveTo();
    this.#keepEnd = true;
    await this.#guard(signal, async () => {
      this.#reset(await this.#source.read(-CHUNK, CHUNK, signal));
      while (
        !signal.aborted &&
        this.#snapshot.start > 0 &&
        this.#snapshot.size <= MOST_BYTES
      ) {
        const before = this.#snapshot.start;
        await this.loadEarlier();
        if (this.#snapshot.start === before) {
          return;
        }
      }
    });
  }

  /** Shows what is around a byte, which should be the start of a line. `number` is that line's, if known. */
  async openAt(offset: number, number?: number): Promise<void> {
    const signal = this.#moveTo();
    this.#keepEnd = false;
    await this.#guard(signal, async () => {
      const from = Math.max(0, offset - CHUNK / 2);
      this.#reset(await this.#source.read(from, CHUNK, signal));
      const index = firstAtOrAfter(this.#lines, offset);
      if (number !== undefined && this.#snapshot.firstNumber === undefined) {
        this.#change({
          firstNumber: number - countLines(this.#lines.slice(0, index)),
        });
      }
    });
  }

  /** Reads the chunk before the first line. */
  async loadEarlier(): Promise<void> {
    const { start, loadingEarlier, opening } = this.#snapshot;
    if (start === 0 || loadingEarlier || opening) {
      return;
    }
    const { signal } = this.#place;
    this.#change({ loadingEarlier: true, error: undefined });
    await this.#guard(signal, async () => {
      const from = Math.max(0, start - CHUNK);
      const limit = Math.max(LEAST_LIMIT, start - from);
      const range = await this.#source.read(from, limit, signal);
      if (!signal.aborted && this.#snapshot.start === start) {
        this.#prepend(upTo(range, start), start);
      }
    });
    if (!signal.aborted) {
      this.#change({ loadingEarlier: false });
    }
  }

  /** Reads the chunk after the last line, of a window that does not reach to the end. */
  async loadLater(): Promise<void> {
    const { end, atEnd, loadingLater, opening } = this.#snapshot;
    if (atEnd || loadingLater || opening) {
      return;
    }
    const { signal } = this.#place;
    this.#change({ loadingLater: true, error: undefined });
    await this.#guard(signal, async () => {
      const range = await this.#source.read(end, CHUNK, signal);
      if (!signal.aborted && this.#snapshot.end === end) {
        this.#lines = this.#lines.concat(
          this.#screen.push(range.text, range.nextOffset),
        );
        this.#publish({
          end: range.nextOffset,
          size: Math.max(range.size, this.#snapshot.size),
          ended: range.ended,
          atEnd: reachesEnd(range, end),
          ...this.#dropHead(),
        });
        this.#followIfAtEnd();
      }
    });
    if (!signal.aborted) {
      this.#change({ loadingLater: false });
    }
  }

  /** Ends all requests. */
  close() {
    this.#place.abort();
    this.#stopFollowing();
  }

  #moveTo(): AbortSignal {
    this.close();
    this.#place = new AbortController();
    this.#change({
      opening: true,
      loadingEarlier: false,
      loadingLater: false,
      reconnecting: undefined,
      error: undefined,
    });
    return this.#place.signal;
  }

  async #guard(signal: AbortSignal, work: () => Promise<void>) {
    try {
      await work();
    } catch (error) {
      if (!signal.aborted) {
        this.#change({
          opening: false,
          loadingEarlier: false,
          loadingLater: false,
          error: error instanceof Error ? error : new Error(String(error)),
        });
      }
    }
  }

  #reset(range: LogRange) {
    const { text, start } = fromFirstLine(range);
    this.#screen = new LogScreen(start);
    this.#first = this.#screen;
    this.#lines = this.#screen.push(text, range.nextOffset);
    this.#publish({
      start,
      end: range.nextOffset,
      size: range.size,
      ended: range.ended,
      atEnd: reachesEnd(range, range.offset),
      opening: false,
      firstNumber: start === 0 ? 1 : undefined,
    });
    this.#followIfAtEnd();
  }

  #prepend(range: LogRange, start: number) {
    const { text, start: from } = fromFirstLine(range);
    const screen = new LogScreen(from);
    const lines = screen.push(text, start);
    const rest = screen.pendingBefore(this.#first);
    lines.push(...rest.lines);
    this.#first = rest;
    const { firstNumber } = this.#snapshot;
    this.#lines = lines.concat(this.#lines);
    let number: number | undefined;
    if (from === 0) {
      number = 1;
    } else if (firstNumber !== undefined) {
      number = firstNumber - countLines(lines);
    }
    this.#publish({ start: from, firstNumber: number });
    this.#dropTail();
  }

  /** Makes room at the start, and answers what that changes. */
  #dropHead(): Partial<LogSnapshot> {
    const { start, firstNumber } = this.#snapshot;
    const last = this.#lines[this.#lines.length - 1];
    if (!last || last.offset - start <= MOST_BYTES) {
      return {};
    }
    const keep = separable(
      this.#lines,
      firstAtOrAfter(this.#lines, last.offset - MOST_BYTES),
    );
    const dropped = countLines(this.#lines.slice(0, keep));
    this.#lines = this.#lines.slice(keep);
    this.#first = { above: 0 };
    return {
      start: this.#lines[0].offset,
      firstNumber:
        firstNumber === undefined ? undefined : firstNumber + dropped,
    };
  }

  /** Makes room at the end, and with it gives up following. */
  #dropTail() {
    const { start, end } = this.#snapshot;
    if (end - start <= MOST_BYTES) {
      return;
    }
    const found = firstAtOrAfter(this.#lines, start + MOST_BYTES);
    if (found >= this.#lines.length) {
      return;
    }
    const keep = separable(this.#lines, found);
    const newEnd = this.#lines[keep].offset;
    this.#stopFollowing();
    this.#screen = new LogScreen(newEnd);
    this.#lines = this.#lines.slice(0, keep);
    this.#publish({ end: newEnd, atEnd: false });
  }

  #followIfAtEnd() {
    const { atEnd, ended, end } = this.#snapshot;
    if (!atEnd || ended || this.#following) {
      return;
    }
    const controller = new AbortController();
    this.#following = controller;
    const { signal } = controller;
    this.#guard(signal, async () => {
      const parts = this.#source.follow(end, signal, error => {
        if (!signal.aborted) {
          this.#change({ reconnecting: error });
        }
      });
      for await (const part of parts) {
        if (signal.aborted) {
          return;
        }
        this.#gather(part);
      }
      if (!signal.aborted) {
        this.#flush();
        this.#following = undefined;
        this.#change({ ended: this.#snapshot.atEnd, reconnecting: undefined });
      }
    }).then(() => {
      if (this.#following === controller) {
        this.#following = undefined;
      }
    });
  }

  #stopFollowing() {
    this.#following?.abort();
    this.#following = undefined;
    this.#gathered = [];
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #gather(part: LogPart) {
    this.#gathered.push(part);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
    }, GATHERING);
  }

  #flush() {
    const parts = this.#gathered;
    this.#gathered = [];
    if (parts.length === 0) {
      return;
    }
    let { end } = this.#snapshot;
    const added: LogLine[] = [];
    for (const part of parts) {
      if (part.offset === end) {
        added.push(...this.#screen.push(part.text, part.nextOffset));
        end = part.nextOffset;
      }
    }
    this.#lines = this.#lines.concat(added);
    const size = Math.max(this.#snapshot.size, end);
    this.#publish({
      end,
      size,
      reconnecting: undefined,
      ...(this.#keepEnd && this.#dropHead()),
    });
    if (!this.#keepEnd) {
      this.#dropTail();
    }
  }

  #publish(change: Partial<LogSnapshot>) {
    this.#change({
      ...change,
      lines: this.#lines.concat(this.#screen.pending()),
    });
  }

  #change(change: Partial<LogSnapshot>) {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) {
      listener();
    }
  }
}

/** The nearest line up from one that was not drawn together with those before it. */
function separable(lines: readonly LogLine[], index: number): number {
  let found = index;
  while (found > index - SCREEN_ROWS && lines[found]?.joined) {
    found -= 1;
  }
  return Math.max(0, found);
}
