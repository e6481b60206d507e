import type { Knex } from 'knex';
import { z } from 'zod';
import type { Demand } from '../../../planning/placement';
import type { AttemptRow } from '../../tables/runs';
import { isPostgres } from '../../transact';

const labelsSchema = z.record(z.string(), z.string());

export const QUEUE_COLUMNS = [
  'id',
  'run_id',
  'stage_id',
  'timeout_seconds',
  'created_at',
  'executor',
  'node_selector',
  'cpus',
  'memory_bytes',
  'gpus',
  'demand',
] as const;

export type QueueRow = Pick<AttemptRow, (typeof QUEUE_COLUMNS)[number]>;

/** Where an attempt stands in the queue. */
export type QueuePlace = Pick<QueuedAttempt, 'createdAt' | 'id'>;

export interface QueuedAttempt {
  id: string;
  runId: string;
  stageId: string;
  executor: string;
  /** Absent where the row cannot be read: it waits, and keeps nobody behind it from going on. */
  demand?: Demand;
  /** The same for equal demands. */
  demandKey: string;
  timeoutSeconds: number;
  createdAt: string;
}

/** Attempts that wait to be claimed, in the order in which they came. */
export async function listQueue(
  db: Knex | Knex.Transaction,
  args: {
    after?: QueuePlace;
    limit: number;
    /** Keeps what was read from being claimed or cancelled until the transaction ends. */
    lock?: boolean;
  },
): Promise<QueuedAttempt[]> {
  const rows = await db<AttemptRow>('attempts')
    .where({ status: 'queued' })
    .modify(query => {
      after(query, args.after);
      if (args.lock && isPostgres(db)) {
        query.forUpdate().skipLocked();
      }
    })
    .orderBy(['created_at', 'id'])
    .limit(args.limit)
    .select<QueueRow[]>(QUEUE_COLUMNS);
  return rows.map(toQueued);
}

/** Narrows a query to what came after a place. */
export function after(
  query: Knex.QueryBuilder,
  place: QueuePlace | undefined,
): void {
  if (place) {
    query.whereRaw('(created_at, id) > (?, ?)', [place.createdAt, place.id]);
  }
}

function readLabels(text: string): Record<string, string> | undefined {
  try {
    return labelsSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function toQueued(row: QueueRow): QueuedAttempt {
  const nodeSelector = readLabels(row.node_selector);
  return {
    id: row.id,
    runId: row.run_id,
    stageId: row.stage_id,
    executor: row.executor,
    timeoutSeconds: row.timeout_seconds,
    createdAt: row.created_at,
    demandKey: row.demand,
    ...(nodeSelector && {
      demand: {
        executor: row.executor,
        nodeSelector,
        cpus: row.cpus,
        memoryBytes: Number(row.memory_bytes),
        gpus: row.gpus,
      },
    }),
  };
}
