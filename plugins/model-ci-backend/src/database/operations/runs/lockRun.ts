import { NotFoundError } from '@backstage/errors';
import type { Knex } from 'knex';
import {
  RUN_STATE_COLUMNS,
  type RunRow,
  type RunStateRow,
} from '../../tables/runs';
import { isPostgres } from '../../transact';

/**
 * Reads a run and keeps everybody else from moving it until the transaction ends. Whoever changes a
 * run together with its stages takes this lock first, then attempts, then stages: so nobody waits in a circle.
 * The lock lets others insert rows that refer to the run.
 */
export async function lockRun(
  tx: Knex.Transaction,
  args: { runId: string },
): Promise<RunStateRow> {
  const run = await tx<RunRow>('runs')
    .where({ id: args.runId })
    .modify(query => {
      if (isPostgres(tx)) {
        query.forNoKeyUpdate();
      }
    })
    .first<RunStateRow | undefined>(...RUN_STATE_COLUMNS);
  if (!run) {
    throw new NotFoundError(`There is no run ${args.runId}`);
  }
  return run;
}
