import { NotFoundError } from '@backstage/errors';
import type { Knex } from 'knex';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import {
  RUN_STATE_COLUMNS,
  type RunRow,
  type RunStateRow,
} from '../../tables/runs';
import { isPostgres } from '../../transact';
import { withReason } from '../../../withReason';

/**
 * Reads a run and keeps everybody else from moving it until the transaction ends. Whoever changes a
 * run together with its stages takes this lock first, then attempts, then stages: so nothing deadlocks.
 * The lock lets others insert rows that refer to the run.
 */
export async function lockRun(
  tx: Knex.Transaction,
  args: { runId: string },
): Promise<RunStateRow> {
  const [run] = await lockRuns(tx, { runIds: [args.runId] });
  if (!run) {
    throw withReason(NotFoundError, reason('error.noRun', { run: args.runId }));
  }
  return run;
}

/** The same for those of several runs that there are; always in one order, again so that nothing deadlocks. */
export async function lockRuns(
  tx: Knex.Transaction,
  args: { runIds: string[] },
): Promise<RunStateRow[]> {
  return await tx<RunRow>('runs')
    .whereIn('id', args.runIds)
    .orderBy('id')
    .modify(query => {
      if (isPostgres(tx)) {
        query.forNoKeyUpdate();
      }
    })
    .select<RunStateRow[]>(...RUN_STATE_COLUMNS);
}
