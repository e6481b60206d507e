import type { Knex } from 'knex';
import type { RunRow } from '../../tables/runs';
import { lockUntilCommit, transact } from '../../transact';
import { insertChanges } from '../history/insertChanges';
import { findRunByKey } from './findRunByKey';
import { insertRunRow, type NewRun } from './insertRunRow';

/** `parameters` are what was given; the start of the run checks them and adds the defaults. */
export type InsertRunArgs = Omit<
  NewRun,
  'sourceDigest' | 'definition' | 'datasets'
>;

const COUNTERPARTS: Partial<Record<RunRow['trigger'], RunRow['trigger']>> = {
  push: 'template',
  template: 'push',
};

/**
 * Queues a run under the next number of its pipeline. The same idempotency key answers the
 * run that was queued first. The preparation moves the row next.
 */
export async function insertRun(
  db: Knex,
  args: InsertRunArgs,
): Promise<{ run: RunRow; created: boolean }> {
  return await transact(db, async tx => {
    // Numbers have no gaps and no doubles, however many replicas start runs at once.
    await lockUntilCommit(tx, `run-number:${args.pipelineRef}`);
    const { pipelineRef, idempotencyKey } = args;
    if (idempotencyKey !== undefined) {
      const existing = await findRunByKey(tx, { pipelineRef, idempotencyKey });
      if (existing) {
        return { run: existing, created: false };
      }
    }
    const last = await tx<RunRow>('runs')
      .where({ pipeline_ref: args.pipelineRef })
      .orderBy('number', 'desc')
      .first();
    if (last && isCounterpart(last, args)) {
      return { run: last, created: false };
    }
    const run = await insertRunRow(tx, args, {
      number: (last?.number ?? 0) + 1,
      status: 'queued',
      started_at: null,
    });
    await insertChanges(tx, {
      changes: [{ runId: run.id, to: 'queued', by: args.createdBy }],
      at: args.at,
    });
    return { run, created: true };
  });
}

/**
 * A template that creates a project pushes its first commit and asks for a run of it: whichever of the two comes second
 * means the run of the first. Every later push is a run of its own, also of a commit that was run before.
 */
function isCounterpart(last: RunRow, args: InsertRunArgs): boolean {
  return (
    COUNTERPARTS[args.trigger] === last.trigger &&
    args.commit !== undefined &&
    args.commit === last.commit &&
    args.branch === last.branch &&
    // What was asked for with parameters is no run without them.
    args.parameters === undefined
  );
}
