import {
  deferred,
  untilAborted,
  type Deferred,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { Client } from '../client/Client';
import {
  buildListSchema,
  buildSchema,
  QUERIES,
  queueItemSchema,
  queueSchema,
  type Build,
  type QueueItem,
} from '../client/schemas';

/** Queue and builds of the job at one moment. */
export interface Seen {
  /** By attempt; what waits for its build to begin. */
  queued: Map<string, QueueItem[]>;
  /** By attempt, the oldest first: it is the one that runs. */
  builds: Map<string, Build[]>;
  /** Why builds that have begun wait for an agent, by the build's address. */
  waits: Map<string, string>;
}

/** Builds that one answer lists. */
const PAGE = 500;
const MAX_PAUSE_MS = 30_000;

/** Looks at queue and builds for all who wait, while there are some. */
export class Watch {
  private waiting: Array<{ seen: Deferred<Seen>; isPatient: boolean }> = [];
  private timer?: NodeJS.Timeout;
  private timerAt = Infinity;
  private isLooking = false;
  private failures = 0;
  private lastAt = 0;

  constructor(
    private readonly options: {
      client: Pick<Client, 'get'>;
      /** Address of the job. */
      job: string;
      pollMs: number;
      onFailure?(error: unknown): void;
    },
  ) {}

  /** The next look that begins after the call, however long Jenkins does not answer. */
  async next(signal: AbortSignal): Promise<Seen> {
    return await untilAborted(this.enlist(true), signal);
  }

  /** A look at once; rejects where Jenkins does not answer. */
  async now(): Promise<Seen> {
    return await this.enlist(false);
  }

  /** One look, for all who wait. */
  async step(): Promise<void> {
    const waiting = this.waiting.splice(0);
    try {
      const seen = await this.look();
      this.failures = 0;
      waiting.forEach(one => one.seen.resolve(seen));
    } catch (error) {
      if (this.failures++ === 0) {
        this.options.onFailure?.(error);
      }
      for (const one of waiting) {
        if (one.isPatient) {
          this.waiting.push(one);
        } else {
          one.seen.reject(error);
        }
      }
    }
  }

  private enlist(isPatient: boolean): Promise<Seen> {
    const seen = deferred<Seen>();
    // Whoever waited may have gone
    seen.promise.catch(() => {});
    this.waiting.push({ seen, isPatient });
    this.schedule();
    return seen.promise;
  }

  private schedule(): void {
    if (this.isLooking || this.waiting.length === 0) {
      return;
    }
    const { pollMs } = this.options;
    const pause = Math.min(
      pollMs * 2 ** Math.min(this.failures, 8),
      MAX_PAUSE_MS,
    );
    const isUrgent = this.waiting.some(({ isPatient }) => !isPatient);
    const at = isUrgent ? 0 : this.lastAt + Math.max(pause, pollMs);
    if (at >= this.timerAt) {
      return;
    }
    clearTimeout(this.timer);
    this.timerAt = at;
    this.timer = setTimeout(() => {
      this.timerAt = Infinity;
      this.isLooking = true;
      void this.step().finally(() => {
        this.isLooking = false;
        this.lastAt = Date.now();
        this.schedule();
      });
    }, Math.max(0, at - Date.now()));
    // Nobody is kept from ending by those who wait
    this.timer.unref();
  }

  /** The queue first: what leaves it meanwhile is a build then. */
  private async look(): Promise<Seen> {
    const { client } = this.options;
    const queue = await client.get(
      'queue/api/json',
      queueSchema,
      QUERIES.queue,
    );
    const builds = await this.builds();
    const seen: Seen = {
      queued: new Map(),
      builds: new Map(),
      waits: new Map(),
    };
    for (const item of understood(queue?.items, queueItemSchema)) {
      const url = item.task?.url;
      if (item.attemptId !== undefined) {
        add(seen.queued, item.attemptId, item);
      } else if (url && item.why) {
        seen.waits.set(url.replace(/\/$/, ''), item.why);
      }
    }
    for (const build of builds) {
      if (build.attemptId !== undefined) {
        add(seen.builds, build.attemptId, build);
      }
    }
    for (const all of seen.builds.values()) {
      all.sort((a, b) => a.number - b.number);
    }
    return seen;
  }

  private async builds(): Promise<Build[]> {
    const { client, job } = this.options;
    const found: Build[] = [];
    for (let from = 0; ; from += PAGE) {
      const list = await client.get(
        `${job}/api/json`,
        buildListSchema,
        QUERIES.builds(from, from + PAGE),
      );
      if (!list) {
        throw new Error(`Jenkins has no job at ${job}`);
      }
      found.push(...understood(list.allBuilds, buildSchema));
      if (list.allBuilds.length < PAGE) {
        return found;
      }
    }
  }
}

function understood<T>(
  items: unknown[] | undefined,
  schema: { safeParse(value: unknown): { success: boolean; data?: T } },
): T[] {
  return (items ?? []).flatMap(item => {
    const read = schema.safeParse(item);
    return read.success && read.data !== undefined ? [read.data] : [];
  });
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  map.set(key, [...(map.get(key) ?? []), value]);
}
