import type { Knex } from 'knex';
import type {
  Reason,
  Status,
} from '@model-ci/backstage-plugin-model-ci-common';
import { storeReason } from '../../storedReason';
import { valuesTable } from '../../valuesTable';

/** A change of the status of a run, of a stage (`stageId`) or of an attempt (`attemptId` too). */
export interface StateChange {
  runId: string;
  stageId?: string;
  attemptId?: string;
  from?: Status;
  to: Status;
  /** Entity ref of who caused it; absent for the platform. */
  by?: string;
  reason?: Reason;
}

const COLUMNS = {
  position: 'integer',
  run_id: 'text',
  stage_id: 'text',
  attempt_id: 'text',
  from_status: 'text',
  to_status: 'text',
  changed_by: 'text',
  reason: 'text',
} as const;

/** Writes changes down, in the order given, in the transaction that makes them. */
export async function insertChanges(
  tx: Knex.Transaction,
  args: { changes: StateChange[]; at: string },
): Promise<void> {
  if (args.changes.length === 0) {
    return;
  }
  const values = valuesTable(
    tx,
    COLUMNS,
    args.changes.map((change, position) => ({
      position,
      run_id: change.runId,
      stage_id: change.stageId ?? null,
      attempt_id: change.attemptId ?? null,
      from_status: change.from ?? null,
      to_status: change.to,
      changed_by: change.by ?? null,
      reason: storeReason(change.reason),
    })),
  );
  await tx.raw(
    `insert into state_changes
       (run_id, stage_id, attempt_id, from_status, to_status, changed_by, reason, at)
     select run_id, stage_id, attempt_id, from_status, to_status, changed_by, reason, ?
     from ? order by position`,
    [args.at, values],
  );
}
