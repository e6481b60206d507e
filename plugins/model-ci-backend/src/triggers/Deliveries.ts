import type { LoggerService } from '@backstage/backend-plugin-api';
import { ConflictError, NotFoundError } from '@backstage/errors';
import {
  type Delivery,
  formatReason,
  type Page,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Knex } from 'knex';
import { z } from 'zod';
import { listCursor } from '../database/cursor';
import {
  findDelivery,
  listDeliveries,
  type ListedDelivery,
} from '../database/operations/deliveries/listDeliveries';
import { listDueDeliveries } from '../database/operations/deliveries/listDueDeliveries';
import { recordDelivery } from '../database/operations/deliveries/recordDelivery';
import {
  ignoreDelivery,
  settleDelivery,
} from '../database/operations/deliveries/settleDelivery';
import type { DeliveryRow } from '../database/tables/deliveries';
import { readReason } from '../database/storedReason';
import { nextTry, TRIED_FOR } from '../nextTry';
import { withReason } from '../withReason';
import { type Change, changeSchema } from '../webhooks/change';
import { FairQueue } from './FairQueue';
import type { ChangeTrigger, Outcome } from './ChangeTrigger';

const position = listCursor('deliveries', z.tuple([z.string().max(64)]));

/** Provider of the portal's own git host. */
export const EMBEDDED = 'model-ci-git';

export interface DeliveriesOptions {
  db: Knex;
  trigger: Pick<ChangeTrigger, 'handle' | 'agree'>;
  logger: LoggerService;
  now?(): Date;
}

const PAGE = 50;
/** Deliveries of webhooks that one process works on at once; each may hold a connection to the database. */
const WORKERS = 4;
/** In memory; all others are due later. */
const MAX_WAITING = 200;
const MAX_WAITING_PER_REPOSITORY = 20;
/** What `work` has at hand at once is done by no `workDue`, unless the process ended meanwhile. */
const WORK_TIME = 60_000;

/**
 * What code hosts announced. It is written down before anything follows from it, so that no restart loses it, and tried
 * again until it is done.
 */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #now: () => Date;
  readonly #queue = new FairQueue({
    workers: WORKERS,
    maxWaiting: MAX_WAITING,
    maxPerKey: MAX_WAITING_PER_REPOSITORY,
  });

  constructor(options: DeliveriesOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
  }

  /** Writes down a change. The same one again is answered with the row of the first time. */
  async record(
    change: Change,
    digest: string | null = null,
  ): Promise<{ row: DeliveryRow; isNew: boolean }> {
    const { ref } = change;
    const now = this.#now();
    return await recordDelivery(this.#options.db, {
      delivery: {
        provider: change.provider,
        delivery_key: change.deliveryId,
        digest,
        repository: change.repositoryUrl.toLocaleLowerCase('en-US'),
        change: JSON.stringify(change),
        event: change.event,
        ref: ref
          ? `refs/${ref.type === 'branch' ? 'heads' : 'tags'}/${ref.name}`
          : null,
        before_commit: change.before ?? null,
        commit: change.after ?? null,
      },
      at: now.toISOString(),
      nextTryAt: new Date(now.getTime() + WORK_TIME).toISOString(),
    });
  }

  /**
   * Does what follows from a delivery as soon as it is its repository's turn. When it is done; at once where too many
   * wait: it is due later then.
   */
  async workInTurn(row: DeliveryRow): Promise<void> {
    await this.#workIn(this.#queue, row);
  }

  async #workIn(queue: FairQueue, row: DeliveryRow): Promise<void> {
    await new Promise<void>(resolve => {
      const isTaken = queue.add(row.repository, async () => {
        await this.#workOrLog(row);
        resolve();
      });
      if (!isTaken) {
        resolve();
      }
    });
  }

  async #workOrLog(row: DeliveryRow): Promise<void> {
    try {
      await this.work(row);
    } catch (error) {
      this.#options.logger.error(
        `The delivery ${row.id} is tried again: ${error}`,
      );
    }
  }

  /** Does what follows from a delivery; false where some of it is to be tried again. */
  async work(row: DeliveryRow): Promise<boolean> {
    const { db, logger } = this.#options;
    if (row.state === 'ignored') {
      return true;
    }
    try {
      const change = changeSchema.parse(JSON.parse(row.change));
      return await this.#follow(row, change);
    } catch (error) {
      // Otherwise it would stay due, and enough of these would let no other have its turn.
      const nextTryAt = this.#nextTry(row);
      const then = nextTryAt === undefined ? 'given up' : 'tried again';
      logger.error(`The delivery ${row.id} failed and is ${then}: ${error}`);
      await settleDelivery(db, { id: row.id, outcomes: [], nextTryAt });
      return false;
    }
  }

  async #follow(row: DeliveryRow, change: Change): Promise<boolean> {
    const { db, logger, trigger } = this.#options;
    const outcomes = await trigger.handle(change, keyOf(row));
    if (outcomes.length === 0) {
      // What came before there was a pipeline is not run later on: whoever registers one starts its first run
      await ignoreDelivery(db, row.id);
      return true;
    }
    const isOpen = outcomes.some(outcome => outcome.isOpen);
    const nextTryAt = isOpen ? this.#nextTry(row) : undefined;
    if (isOpen && nextTryAt === undefined) {
      logger.warn(
        `The push of ${change.after} to ${change.repositoryUrl} is given up: not all of its runs could be started for days`,
      );
    }
    await settleDelivery(db, {
      id: row.id,
      outcomes: outcomes.map(toRow),
      nextTryAt,
    });
    return !isOpen;
  }

  /**
   * Works on all that is due, as the queue does: a few at once, one of each repository. What is wrong with one keeps no
   * other from its turn.
   */
  async workDue(): Promise<void> {
    const seen = new Set<string>();
    for (;;) {
      const due = await listDueDeliveries(this.#options.db, {
        at: this.#now().toISOString(),
        limit: PAGE,
      });
      const fresh = due.filter(({ id }) => !seen.has(id));
      fresh.forEach(({ id }) => seen.add(id));
      const queue = new FairQueue({
        ...{ workers: WORKERS, maxWaiting: PAGE, maxPerKey: PAGE },
      });
      await Promise.all(fresh.map(row => this.#workIn(queue, row)));
      // What is still due after its turn could not be settled: it is for the next time.
      if (due.length < PAGE || fresh.length === 0) {
        return;
      }
    }
  }

  /**
   * Starts the run of a change from a fork. Rejects with a `NotFoundError`, or with a `ConflictError` where the delivery
   * waits for nobody.
   */
  async agree(args: {
    id: string;
    pipelineRef: string;
    by: string;
  }): Promise<Delivery> {
    const { db, trigger } = this.#options;
    const row = await findDelivery(db, args);
    if (!row) {
      throw new NotFoundError(
        `There is no delivery '${args.id}' of '${args.pipelineRef}'`,
      );
    }
    const why = readReason(row.reason);
    if (row.run_id !== null || why?.code !== 'trigger.needsAgreement') {
      throw withReason(
        ConflictError,
        reason('trigger.notWaiting', {
          state: why ?? reason('trigger.started'),
        }),
      );
    }
    const change = changeSchema.parse(JSON.parse(row.change));
    const outcome = await trigger.agree(change, keyOf(row), args);
    const stays = { ...outcome, ...(outcome.isOpen && { reason: why }) };
    await settleDelivery(db, { id: row.id, outcomes: [toRow(stays)] });
    const settled = await findDelivery(db, args);
    return toDelivery(settled ?? row);
  }

  /** What was announced of the repository of a pipeline, newest first. */
  async list(query: {
    pipelineRef: string;
    cursor?: string;
    limit: number;
  }): Promise<Page<Delivery>> {
    const { pipelineRef, cursor, limit } = query;
    const rows = await listDeliveries(this.#options.db, {
      pipelineRef,
      ...(cursor !== undefined && { after: position.decode(cursor)[0] }),
      limit: limit + 1,
    });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.map(toDelivery),
      ...(rows.length > limit &&
        last && { nextCursor: position.encode([last.id]) }),
    };
  }

  #nextTry(row: DeliveryRow): string | undefined {
    const now = this.#now();
    return now.getTime() - Date.parse(row.received_at) > TRIED_FOR
      ? undefined
      : nextTry(now, row.attempts);
  }
}

/** Runs of the embedded host's pushes have had this key since before deliveries were kept. */
function keyOf({ id, provider, delivery_key: key }: DeliveryRow): string {
  return provider === EMBEDDED ? `push:${key}` : `delivery:${id}`;
}

function toRow({ pipelineRef, runId, reason: why }: Outcome) {
  return {
    pipeline_ref: pipelineRef,
    run_id: runId ?? null,
    reason: why ? formatReason(why) : null,
  };
}

function toDelivery(row: ListedDelivery): Delivery {
  const change = changeSchema.parse(JSON.parse(row.change));
  return {
    id: row.id,
    provider: row.provider,
    event: row.event,
    repositoryUrl: change.repositoryUrl,
    ref: change.ref,
    ...(change.pullRequest && {
      pullRequest: {
        number: change.pullRequest.number,
        url: change.pullRequest.url,
      },
    }),
    commit: row.commit ?? undefined,
    message: change.message,
    author: change.user ?? change.author,
    receivedAt: row.received_at,
    repeats: row.repeats,
    isOpen: row.state === 'pending',
    ...(row.run_id !== null &&
      row.run_number !== null && {
        run: { id: row.run_id, number: row.run_number },
      }),
    reason: readReason(row.reason),
  };
}
