import type { Knex } from 'knex';
import { transact } from '../../transact';
import { advanceRun, type AdvanceContext, type Advanced } from './advanceRun';
import { lockRun } from './lockRun';

/** Moves a run as far as its stages allow, without anything having happened to it. */
export async function replanRun(
  db: Knex,
  args: { runId: string; context: AdvanceContext; at: string },
): Promise<Advanced> {
  return await transact(db, async tx => {
    const run = await lockRun(tx, { runId: args.runId });
    return await advanceRun(tx, {
      run,
      context: args.context,
      changes: [],
      at: args.at,
    });
  });
}
