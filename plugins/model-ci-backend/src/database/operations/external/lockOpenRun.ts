import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import { isFinal, reason } from '@model-ci/backstage-plugin-model-ci-common';
import type { RunStateRow } from '../../tables/runs';
import { statusWord } from '../../../statusWord';
import { withReason } from '../../../withReason';
import { lockRun } from '../runs/lockRun';
import { isExternal } from './externalRuns';

/** Locks an external run that has not ended; rejects with a `ConflictError` where it has, or where another CI has no part in it. */
export async function lockOpenRun(
  tx: Knex.Transaction,
  args: { runId: string },
): Promise<RunStateRow> {
  const run = await lockRun(tx, args);
  if (!isExternal(run)) {
    throw withReason(
      ConflictError,
      reason('error.notExternal', { number: run.number }),
    );
  }
  if (isFinal(run.status)) {
    throw withReason(
      ConflictError,
      reason('error.externalEnded', {
        number: run.number,
        status: statusWord(run.status),
      }),
    );
  }
  return run;
}
