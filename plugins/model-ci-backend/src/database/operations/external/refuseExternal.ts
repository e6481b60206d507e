import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import type { ExternalRunRow } from '../../tables/externalRuns';
import type { RunStateRow } from '../../tables/runs';
import { withReason } from '../../../withReason';
import { isExternal } from './externalRuns';

/** Rejects with a `ConflictError` that names the build where another CI executes a run: only that can do it. */
export async function refuseExternal(
  tx: Knex.Transaction,
  run: Pick<RunStateRow, 'id' | 'number' | 'trigger'>,
  code: 'error.externalNotCancellable' | 'error.externalNotRetryable',
): Promise<void> {
  if (!isExternal(run)) {
    return;
  }
  const row = await tx<ExternalRunRow>('external_runs')
    .where({ run_id: run.id })
    .first();
  throw withReason(
    ConflictError,
    reason(code, {
      number: run.number,
      provider: row?.provider ?? '',
      build: row?.build_id ?? '',
    }),
  );
}
