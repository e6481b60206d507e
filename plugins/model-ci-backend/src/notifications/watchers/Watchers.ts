import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type { ModelCiSignal } from '@model-ci/backstage-plugin-model-ci-common';
import { listWatchers } from '../../database/operations/watchers/listWatchers';
import { upsertWatchers } from '../../database/operations/watchers/upsertWatchers';

/** What a user may see and has just read. */
export type WatchScope =
  | { type: 'all' }
  | { type: 'nodes' }
  | { type: 'owner'; ownerRef: string }
  | { type: 'pipeline'; pipelineRef: string };

/**
 * How long a read makes its user a watcher, and when another read is written down again, milliseconds. Not
 * configuration: pages read at least every half minute while they are open, and what was permitted is asked anew then.
 */
const WATCH_TIME = 300_000;
const RENEW_BEFORE = 150_000;
/** How long this process goes by what it knows of the watchers that came to other replicas. */
const MAX_AGE = 1_000;
/** Entries that are remembered; past it everything is read anew. */
const MAX_REMEMBERED = 10_000;

/**
 * Knows for whom changes are announced. An authorized read makes its user a watcher for some minutes, over all
 * replicas, so that signals reach those who may see what they name, and need no check of their own.
 */
export class Watchers {
  readonly #options: { db: Knex; logger: LoggerService; now: () => number };
  /** Until when a user and scope are written down. */
  readonly #written = new Map<string, number>();
  readonly #known = new Map<
    string,
    { readAt: number; users: Promise<string[]> }
  >();

  constructor(options: {
    db: Knex;
    logger: LoggerService;
    now?: () => number;
  }) {
    this.#options = { now: Date.now, ...options };
  }

  /** Notes that a user was allowed to read something. Never rejects: a read does not fail because of it. */
  async watch(userRef: string, scopes: WatchScope[]): Promise<void> {
    const now = this.#options.now();
    const fresh = scopes
      .map(toText)
      .filter(
        scope =>
          (this.#written.get(`${userRef} ${scope}`) ?? 0) - now < RENEW_BEFORE,
      );
    if (fresh.length === 0) {
      return;
    }
    this.#remember(userRef, fresh, now + WATCH_TIME);
    try {
      await upsertWatchers(this.#options.db, {
        userRef,
        scopes: fresh,
        until: toTimestamp(now + WATCH_TIME),
        now: toTimestamp(now),
      });
      this.#known.clear();
    } catch (error) {
      fresh.forEach(scope => this.#written.delete(`${userRef} ${scope}`));
      this.#options.logger.debug(
        `${userRef} will not see changes at once: ${error}`,
      );
    }
  }

  /** The users to whom a change may be announced. */
  async of(signal: ModelCiSignal): Promise<string[]> {
    const pipelineRef =
      signal.type === 'nodes' ? undefined : signal.pipelineRef;
    const key = pipelineRef ?? 'nodes';
    const now = this.#options.now();
    const known = this.#known.get(key);
    if (known && now - known.readAt < MAX_AGE) {
      return known.users;
    }
    const users = listWatchers(this.#options.db, {
      scopes:
        pipelineRef === undefined
          ? [toText({ type: 'nodes' })]
          : [
              toText({ type: 'all' }),
              toText({ type: 'pipeline', pipelineRef }),
            ],
      pipelineRef,
      now: toTimestamp(now),
    });
    if (this.#known.size >= MAX_REMEMBERED) {
      this.#known.clear();
    }
    this.#known.set(key, { readAt: now, users });
    users.catch(() => this.#known.delete(key));
    return users;
  }

  #remember(userRef: string, scopes: string[], until: number): void {
    if (this.#written.size >= MAX_REMEMBERED) {
      this.#written.clear();
    }
    scopes.forEach(scope => this.#written.set(`${userRef} ${scope}`, until));
  }
}

function toText(scope: WatchScope): string {
  switch (scope.type) {
    case 'owner':
      return `owner:${scope.ownerRef}`;
    case 'pipeline':
      return `pipeline:${scope.pipelineRef}`;
    default:
      return scope.type;
  }
}

function toTimestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
