import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { Cordons, Held, Placement } from '../../../planning/placement';
import {
  RETURNED_ATTEMPT,
  type AttemptRow,
  type StageRow,
} from '../../tables/runs';
import { storeGpuIds } from '../../gpuIds';
import { transact } from '../../transact';
import { returnedRows, valuesTable } from '../../valuesTable';
import { sumReservedResources } from '../deployments/sumReservedResources';
import { insertChanges, type StateChange } from '../history/insertChanges';
import { listCordons } from '../nodes/listCordons';
import { lockPlacement, tryLockPlacement } from '../nodes/lockPlacement';
import { startStagesOfInstances } from '../stages/startStagesOfInstances';
import type { ClaimedAttemptRow } from './findClaimedAttempt';
import { listDemands } from './listDemands';
import { byPlace, listHeads } from './listHeads';
import { listQueue, type QueuedAttempt, type QueuePlace } from './listQueue';

/** Rows of the queue that are read and locked at once, and then of each demand. */
const FIRST_PAGE = 20;

/** What the holder of a claim knows of it. */
export interface Claim {
  attemptId: string;
  runId: string;
  ticket: string;
  /** The row as it was claimed; absent for one that was taken over. */
  row?: ClaimedAttemptRow;
  /** How often it was taken over since it last got on. */
  rescues?: number;
}

export interface ClaimAttemptsArgs {
  holder: string;
  /** Made anew for each try of the transaction: placing changes it. */
  createPlacement(
    reserved: ReadonlyMap<string, Held>,
    cordons: Cordons,
  ): Placement;
  now: Date;
  leaseExpiresAt: string;
  /** How many attempts to claim at most. */
  limit: number;
}

/**
 * Claims waiting attempts as far as the nodes have room, first come first served, and reserves what they
 * need. The new holder moves the rows next. One replica claims at a time, so that no node is overbooked.
 */
export async function claimAttempts(
  db: Knex,
  args: ClaimAttemptsArgs,
): Promise<Claim[]> {
  return await transact(db, async tx => {
    await lockPlacement(tx);
    const { claims, changes } = await claimPlaced(tx, args, FIRST_PAGE);
    await insertChanges(tx, { changes, at: args.now.toISOString() });
    return claims;
  });
}

/**
 * Claims within a transaction that has ended a number of attempts, if nobody else is claiming just now; that
 * saves a transaction between one stage and the next. Undefined means that somebody is, and that this did
 * nothing. It is left to the caller to write the changes down.
 */
export async function tryClaimAttempts(
  tx: Knex.Transaction,
  args: ClaimAttemptsArgs,
  ended: number,
): Promise<Claimed | undefined> {
  return (await tryLockPlacement(tx))
    ? await claimPlaced(tx, args, FIRST_PAGE + ended)
    : undefined;
}

async function claimPlaced(
  tx: Knex.Transaction,
  args: ClaimAttemptsArgs,
  firstPage: number,
): Promise<Claimed> {
  const at = args.now.toISOString();
  const placed = await placeQueued(tx, args, firstPage);
  if (placed.length === 0) {
    return { claims: [], changes: [] };
  }
  const rows = await markAttemptsRunning(tx, placed, args);
  const { stages, changes } = await markStagesRunning(tx, placed, at);
  const claims = placed.map(({ attempt, ticket }) => {
    const row = rows.get(attempt.id);
    const stage = stages.get(attempt.stageId);
    return {
      attemptId: attempt.id,
      runId: attempt.runId,
      ticket,
      ...(row &&
        stage && {
          row: { ...row, stage_name: stage.name, instance: stage.instance },
        }),
    };
  });
  return { claims, changes };
}

/** When an attempt that starts now has to end. */
export function deadlineOf(start: Date, timeoutSeconds: number): string {
  return new Date(start.getTime() + timeoutSeconds * 1000).toISOString();
}

export interface Claimed {
  claims: Claim[];
  changes: StateChange[];
}

interface PlacedAttempt {
  attempt: QueuedAttempt;
  node: string;
  gpuIds?: string[];
  /** Whether a cluster decides when it starts. */
  isCluster: boolean;
  ticket: string;
}

/** What one claim places. */
class Placing {
  readonly placed: PlacedAttempt[] = [];
  /** Demands for which there is no room. */
  readonly waiting = new Set<string>();

  constructor(
    private readonly placement: Placement,
    private readonly limit: number,
  ) {}

  isDone(): boolean {
    return this.placed.length >= this.limit || !this.placement.hasRoom();
  }

  /** Whether there was room for it. */
  place(attempt: QueuedAttempt): boolean {
    if (this.isDone()) {
      return false;
    }
    const result = attempt.demand && this.placement.place(attempt.demand);
    if (result?.type !== 'placed') {
      this.waiting.add(attempt.demandKey);
      return false;
    }
    this.placed.push({
      attempt,
      node: result.node,
      ...(result.gpuIds && { gpuIds: result.gpuIds }),
      isCluster: result.isCluster === true,
      ticket: randomUUID(),
    });
    return true;
  }
}

async function placeQueued(
  tx: Knex.Transaction,
  args: ClaimAttemptsArgs,
  firstPage: number,
): Promise<PlacedAttempt[]> {
  let limit = firstPage;
  let page = await listQueue(tx, { limit, lock: true });
  if (page.length === 0) {
    return [];
  }
  const placing = new Placing(
    args.createPlacement(await sumReservedResources(tx), await listCordons(tx)),
    args.limit,
  );
  for (;;) {
    page.forEach(attempt => placing.place(attempt));
    if (page.length < limit || placing.isDone()) {
      return placing.placed;
    }
    const after = page[page.length - 1];
    if (placing.waiting.size > 0) {
      await placeHeads(tx, placing, after, firstPage);
      return placing.placed;
    }
    limit = args.limit;
    page = await listQueue(tx, { after, limit, lock: true });
  }
}

/**
 * Goes on behind a page in which something waits: what demands the same waits as well, however much of it there is, so
 * that only the oldest of each other demand are looked at.
 */
async function placeHeads(
  tx: Knex.Transaction,
  placing: Placing,
  after: QueuePlace,
  perDemand: number,
): Promise<void> {
  const list = async (demands: string[], place: QueuePlace) =>
    await listHeads(tx, { demands, perDemand, after: place, lock: true });
  const demands = (await listDemands(tx)).filter(
    demand => !placing.waiting.has(demand),
  );
  let heads = await list(demands, after);
  const read = countBy(heads);
  for (let next = heads.shift(); next; next = heads.shift()) {
    if (placing.isDone()) {
      return;
    }
    const { demandKey } = next;
    const placed = !placing.waiting.has(demandKey) && placing.place(next);
    const left = heads.some(head => head.demandKey === demandKey);
    if (placed && !left && read.get(demandKey) === perDemand) {
      const more = await list([demandKey], next);
      read.set(demandKey, more.length);
      heads = [...heads, ...more].sort(byPlace);
    }
  }
}

function countBy(attempts: QueuedAttempt[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { demandKey } of attempts) {
    counts.set(demandKey, (counts.get(demandKey) ?? 0) + 1);
  }
  return counts;
}

/** Answers the rows as they are now, by their ids. */
async function markAttemptsRunning(
  tx: Knex.Transaction,
  placed: PlacedAttempt[],
  args: ClaimAttemptsArgs,
): Promise<Map<string, AttemptRow>> {
  const values = valuesTable(
    tx,
    {
      id: 'text',
      node: 'text',
      gpu_ids: 'text',
      ticket: 'text',
      deadline_at: 'text',
    },
    placed.map(({ attempt, node, gpuIds, isCluster, ticket }) => ({
      id: attempt.id,
      node,
      gpu_ids: storeGpuIds(gpuIds),
      ticket,
      // The time of an attempt that may be pending begins when it runs.
      deadline_at: isCluster
        ? null
        : deadlineOf(args.now, attempt.timeoutSeconds),
    })),
  );
  const rows = await returnedRows<AttemptRow>(
    // `coalesce` keeps an index on the status out of it, which would look through the whole queue again.
    tx.raw(
      `update attempts set status = 'running', node = v.node, ticket = v.ticket,
         gpu_ids = v.gpu_ids, holder = ?, lease_expires_at = ?, started_at = ?, deadline_at = v.deadline_at
       from ? where attempts.id = v.id and coalesce(attempts.status, '') = 'queued'
       returning ${RETURNED_ATTEMPT}`,
      [args.holder, args.leaseExpiresAt, args.now.toISOString(), values],
    ),
  );
  return new Map(rows.map(row => [row.id, row]));
}

/** Answers the stages that it moved, by their ids. */
async function markStagesRunning(
  tx: Knex.Transaction,
  placed: PlacedAttempt[],
  at: string,
): Promise<{
  stages: Map<string, Pick<StageRow, 'name' | 'instance'>>;
  changes: StateChange[];
}> {
  const stages = await tx<StageRow>('stages')
    .whereIn(
      'id',
      placed.map(({ attempt }) => attempt.stageId),
    )
    .andWhere({ status: 'queued' })
    .update({
      status: 'running',
      reason: null,
      // A stage that is tried again has started with its first attempt.
      started_at: tx.raw('coalesce(started_at, ?)', [at]),
    })
    .returning(['id', 'run_id', 'name', 'instance']);
  const started = new Map(stages.map(stage => [stage.id, stage]));
  const parents = await startStagesOfInstances(tx, { started: stages, at });
  return {
    stages: started,
    changes: [
      ...parents,
      ...placed.flatMap(({ attempt }) => [
        ...(started.has(attempt.stageId)
          ? [
              {
                runId: attempt.runId,
                stageId: attempt.stageId,
                from: 'queued' as const,
                to: 'running' as const,
              },
            ]
          : []),
        {
          runId: attempt.runId,
          stageId: attempt.stageId,
          attemptId: attempt.id,
          from: 'queued' as const,
          to: 'running' as const,
        },
      ]),
    ],
  };
}
