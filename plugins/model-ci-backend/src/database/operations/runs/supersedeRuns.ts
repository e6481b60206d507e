import type { Knex } from 'knex';
import { isFinal, reason } from '@model-ci/backstage-plugin-model-ci-common';
import type { RunStateRow } from '../../tables/runs';
import type { AdvanceContext, Advanced } from './advanceRun';
import { cancelLocked } from './cancelRun';
import { unfinishedOfGroup, type GroupOfRun } from './ofGroup';

/**
 * Ids of the earlier runs of a branch or a pull request that a newer one cancels. One that waits for a person is none of them: its work is
 * done, it holds no node, and somebody may be looking at it.
 */
export async function listSuperseded(
  tx: Knex.Transaction,
  run: GroupOfRun & { number: number },
): Promise<string[]> {
  return await unfinishedOfGroup(tx, run)
    .where('number', '<', run.number)
    .whereNull('cancel_requested_at')
    .whereNotExists(
      tx('stages')
        .select(tx.raw('1'))
        .whereRaw('stages.run_id = runs.id')
        .where('stages.status', 'waiting'),
    )
    .pluck('id');
}

/** Cancels locked runs for a newer one, whose number they keep. */
export async function supersedeRuns(
  tx: Knex.Transaction,
  args: {
    runs: RunStateRow[];
    by: { number: number };
    context: AdvanceContext;
    at: string;
  },
): Promise<Advanced[]> {
  const { number } = args.by;
  const why = reason('run.superseded', { number: String(number) });
  const superseded: Advanced[] = [];
  for (const run of args.runs) {
    // It may have ended, or come to wait, before it was locked.
    if (
      !isFinal(run.status) &&
      run.status !== 'waiting' &&
      run.cancel_requested_at === null
    ) {
      const { context, at } = args;
      const values = { superseded_by: number };
      superseded.push(
        await cancelLocked(tx, { run, why, values, context, at }),
      );
    }
  }
  return superseded;
}
