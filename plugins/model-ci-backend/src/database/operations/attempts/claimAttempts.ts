import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { NodeResources } from '@model-ci/backstage-plugin-model-ci-common';
import type { Placement } from '../../../engine/placement';
import type { AttemptRow, StageRow } from '../../tables/runs';
import { transact } from '../../transact';
import { sumReservedResources } from '../deployments/sumReservedResources';
import { insertChanges, type StateChange } from '../history/insertChanges';
import { lockPlacement, tryLockPlacement } from '../nodes/lockPlacement';
import type { ClaimedAttemptRow } from './findClaimedAttempt';
import { listQueue, type QueuedAttempt } from './listQueue';

/** What the holder of a claim knows of it. */
export interface Claim {
  attemptId: string;
  runId: string;
  ticket: string;
  /** The row as it was claimed; absent for one that was taken over. */
  row?: ClaimedAttemptRow;
}

export interface ClaimAttemptsArgs {
  holder: string;
  /** Made anew for each try of the transaction: placing changes it. */
  createPlacement(reserved: ReadonlyMap<string, NodeResources>): Placement;
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
    const { claims, changes } = await claimPlaced(tx, args);
    await insertChanges(tx, { changes, at: args.now.toISOString() });
    return claims;
  });
}

/**
 * Claims within a transaction that has queued attempts, if nobody else is claiming just now; that saves a
 * transaction between one stage and the next. Undefined means that somebody is, and that this did nothing. It is
 * left to the caller to write the changes down.
 */
export async function tryClaimAttempts(
  tx: Knex.Transaction,
  args: ClaimAttemptsArgs,
): Promise<Claimed | undefined> {
  return (await tryLockPlacement(tx)) ? await claimPlaced(tx, args) : undefined;
}

async function claimPlaced(
  tx: Knex.Transaction,
  args: ClaimAttemptsArgs,
): Promise<Claimed> {
  const at = args.now.toISOString();
  const placed = await placeQueued(tx, args);
  if (placed.length === 0) {
    return { claims: [], changes: [] };
  }
  const rows: AttemptRow[] = [];
  for (const { attempt, node, ticket } of placed) {
    const [row] = await tx<AttemptRow>('attempts')
      .where({ id: attempt.id, status: 'queued' })
      .update({
        status: 'running',
        node,
        ticket,
        holder: args.holder,
        lease_expires_at: args.leaseExpiresAt,
        started_at: at,
        deadline_at: deadlineOf(args.now, attempt.timeoutSeconds),
      })
      .returning('*');
    rows.push(row);
  }
  const { names, changes } = await markStagesRunning(tx, placed, at);
  const claims = placed.map(({ attempt, ticket }, index) => {
    const stageName = names.get(attempt.stageId);
    return {
      attemptId: attempt.id,
      runId: attempt.runId,
      ticket,
      ...(stageName !== undefined && {
        row: { ...rows[index], stage_name: stageName },
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
  ticket: string;
}

async function placeQueued(
  tx: Knex.Transaction,
  args: ClaimAttemptsArgs,
): Promise<PlacedAttempt[]> {
  const placed: PlacedAttempt[] = [];
  const first = await listQueue(tx, { limit: 20, lock: true });
  if (first.length === 0) {
    return placed;
  }
  const placement = args.createPlacement(await sumReservedResources(tx));
  // The queue may be long, and what is behind only matters while some node still has room.
  for (let page = first, limit = 20; page.length > 0; ) {
    for (const attempt of page) {
      if (placed.length === args.limit || !placement.hasRoom()) {
        return placed;
      }
      const result = placement.place(attempt.demand);
      if (result.type === 'placed') {
        placed.push({ attempt, node: result.node, ticket: randomUUID() });
      }
    }
    if (page.length < limit) {
      return placed;
    }
    limit = 500;
    page = await listQueue(tx, {
      after: page[page.length - 1],
      limit,
      lock: true,
    });
  }
  return placed;
}

/** Answers the names of the stages, by their ids. */
async function markStagesRunning(
  tx: Knex.Transaction,
  placed: PlacedAttempt[],
  at: string,
): Promise<{ names: Map<string, string>; changes: StateChange[] }> {
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
    .returning(['id', 'name']);
  const started = new Map(stages.map(stage => [stage.id, stage.name]));
  return {
    names: started,
    changes: placed.flatMap(({ attempt }) => [
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
  };
}
