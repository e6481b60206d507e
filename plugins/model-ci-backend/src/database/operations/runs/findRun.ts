import { NotFoundError } from '@backstage/errors';
import type { Knex } from 'knex';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import type { RunRow } from '../../tables/runs';
import { withReason } from '../../../withReason';

export type VersionedRunRow = RunRow & { version: number | null };

/** A run with everything that its row holds. Rejects with `NotFoundError`. */
export async function findRun(
  db: Knex | Knex.Transaction,
  args: { runId: string },
): Promise<VersionedRunRow> {
  const run = await db('runs')
    .leftJoin('version_runs', 'version_runs.run_id', 'runs.id')
    .where('runs.id', args.runId)
    .first<VersionedRunRow | undefined>(
      'runs.*',
      'version_runs.version as version',
    );
  if (!run) {
    throw withReason(NotFoundError, reason('error.noRun', { run: args.runId }));
  }
  return run;
}
