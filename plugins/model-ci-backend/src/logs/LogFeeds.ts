import { setTimeout as pause } from 'node:timers/promises';
import type { Knex } from 'knex';
import {
  listLogStates,
  type LogState,
} from '../database/operations/logs/listLogStates';

/**
 * How late a follower sees what another replica has stored where its notification was missed. Not configurable: nobody
 * waits for it as long as PostgreSQL can be listened to, and on SQLite there is no other replica.
 */
const LOOK_INTERVAL_MS = 2_000;

export interface FollowedSlice {
  data: Buffer;
  /** Byte offset of `data`. */
  offset: number;
  /** Where to go on reading. */
  nextOffset: number;
}

/** Bytes of a read that are kept for followers who come to it a little later. */
const MAX_KEPT_BYTES = 64 * 1024;

/** One log that is followed, by however many. */
class LogFeed {
  followers = 0;
  state?: LogState;
  private readonly waiting = new Set<() => void>();
  private tail?: { offset: number; slice: Promise<FollowedSlice> };

  constructor(
    private readonly readSlice: (offset: number) => Promise<FollowedSlice>,
  ) {}

  /** Wakes the followers if something is new. */
  update(state: LogState): void {
    if (state.size === this.state?.size && state.ended === this.state.ended) {
      return;
    }
    this.state = state;
    this.tail = undefined;
    this.waiting.forEach(wake => wake());
  }

  /** Resolves when something is new, or the signal aborts. */
  async next(signal: AbortSignal): Promise<void> {
    if (signal.aborted) {
      return;
    }
    await new Promise<void>(resolve => {
      const wake = () => {
        this.waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  /** Followers who have seen everything before ask for the same bytes at the same time: they are read once. */
  async read(offset: number): Promise<FollowedSlice> {
    if (this.tail?.offset === offset) {
      return await this.tail.slice;
    }
    const slice = this.readSlice(offset);
    if (!this.tail || offset > this.tail.offset) {
      this.keep(offset, slice);
    }
    return await slice;
  }

  private keep(offset: number, slice: Promise<FollowedSlice>): void {
    const tail = { offset, slice };
    const forget = () => {
      if (this.tail === tail) {
        this.tail = undefined;
      }
    };
    this.tail = tail;
    slice.then(({ data }) => data.length > MAX_KEPT_BYTES && forget(), forget);
  }
}

/**
 * The logs that somebody follows. One query finds what is new in all of them: when this process has stored something,
 * when another replica notifies it of that, and seldom without either. What it costs depends on the number of logs,
 * not on the number of their followers, and nothing is kept of a log that nobody follows.
 */
export class LogFeeds {
  private readonly feeds = new Map<string, LogFeed>();
  private readonly dirty = new Set<string>();
  private looking?: Promise<void>;
  private ticking = false;

  constructor(
    private readonly options: {
      db: Knex;
      read(attemptId: string, offset: number): Promise<FollowedSlice>;
      lookIntervalMs?: number;
    },
  ) {}

  /** How many logs are followed. */
  get size(): number {
    return this.feeds.size;
  }

  /** To be called when bytes of an attempt's log were stored, here or elsewhere, or when it has ended. */
  notify(attemptId: string): void {
    if (this.feeds.has(attemptId)) {
      this.dirty.add(attemptId);
      this.lookSoon();
    }
  }

  /** Looks for what is new in every log that may still grow; answers how many there are. */
  async lookOnce(): Promise<number> {
    const open = [...this.feeds].filter(([, feed]) => !feed.state?.ended);
    open.forEach(([attemptId]) => this.dirty.add(attemptId));
    this.lookSoon();
    await this.looking;
    return open.length;
  }

  /** The log of an attempt from an offset on, as it grows, until the attempt has ended or the signal aborts. */
  async *follow(
    attemptId: string,
    options: { offset: number; signal: AbortSignal },
  ): AsyncGenerator<FollowedSlice> {
    const { signal } = options;
    const feed = this.join(attemptId);
    try {
      let { offset } = options;
      while (!signal.aborted) {
        const { state } = feed;
        if (state && offset < state.size) {
          const slice = await feed.read(offset);
          offset = slice.nextOffset;
          yield slice;
        } else if (state?.ended) {
          return;
        } else {
          await feed.next(signal);
        }
      }
    } finally {
      this.leave(attemptId, feed);
    }
  }

  private join(attemptId: string): LogFeed {
    let feed = this.feeds.get(attemptId);
    if (!feed) {
      feed = new LogFeed(offset => this.options.read(attemptId, offset));
      this.feeds.set(attemptId, feed);
      this.notify(attemptId);
      this.tick();
    }
    feed.followers++;
    return feed;
  }

  private leave(attemptId: string, feed: LogFeed): void {
    feed.followers--;
    if (feed.followers === 0) {
      this.feeds.delete(attemptId);
      this.dirty.delete(attemptId);
    }
  }

  private lookSoon(): void {
    this.looking ??= this.lookAtDirty().finally(() => {
      this.looking = undefined;
    });
  }

  private async lookAtDirty(): Promise<void> {
    while (this.dirty.size > 0) {
      const attemptIds = [...this.dirty];
      this.dirty.clear();
      try {
        const states = await listLogStates(this.options.db, { attemptIds });
        for (const attemptId of attemptIds) {
          // An attempt that is gone has no more to say.
          const state = states.get(attemptId) ?? { size: 0, ended: true };
          this.feeds.get(attemptId)?.update(state);
        }
      } catch {
        // A database that does not answer is reported by whoever writes to it; the next look finds what is new.
        return;
      }
    }
  }

  private tick(): void {
    if (this.ticking) {
      return;
    }
    this.ticking = true;
    const { lookIntervalMs = LOOK_INTERVAL_MS } = this.options;
    void (async () => {
      while (this.feeds.size > 0) {
        await pause(lookIntervalMs, undefined, { ref: false });
        await this.lookOnce();
      }
      this.ticking = false;
    })();
  }
}
