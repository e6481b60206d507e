import type { Knex } from 'knex';
import type {
  Reason,
  Status,
} from '@model-ci/backstage-plugin-model-ci-common';
import { storeReason } from '../../storedReason';
import { valuesTable } from '../../valuesTable';

export interface StageUpdate {
  stageId: string;
  status: Status;
  reason?: Reason;
  finishedAt?: string;
}

/** Moves stages of runs that the caller has locked. */
export async function updateStages(
  tx: Knex.Transaction,
  updates: StageUpdate[],
): Promise<void> {
  if (updates.length === 0) {
    return;
  }
  const values = valuesTable(
    tx,
    { id: 'text', status: 'text', reason: 'text', finished_at: 'text' },
    updates.map(({ stageId, status, reason, finishedAt }) => ({
      id: stageId,
      status,
      reason: storeReason(reason),
      finished_at: finishedAt ?? null,
    })),
  );
  await tx.raw(
    `update stages
     set status = v.status, reason = v.reason, finished_at = v.finished_at
     from ? where stages.id = v.id`,
    [values],
  );
}
