import type { Knex } from 'knex';
import type { Status } from '@model-ci/backstage-plugin-model-ci-common';

/** A change of the status of a run, of a stage (`stageId`) or of an attempt (`attemptId` too). */
export interface StateChange {
  runId: string;
  stageId?: string;
  attemptId?: string;
  from?: Status;
  to: Status;
  /** Entity ref of who caused it; absent for the platform. */
  by?: string;
  reason?: string;
}

/** Writes changes down, in the order given, in the transaction that makes them. */
export async function insertChanges(
  tx: Knex.Transaction,
  args: { changes: StateChange[]; at: string },
): Promise<void> {
  if (args.changes.length === 0) {
    return;
  }
  const rows = args.changes.map(change => ({
    run_id: change.runId,
    stage_id: change.stageId ?? null,
    attempt_id: change.attemptId ?? null,
    from_status: change.from ?? null,
    to_status: change.to,
    changed_by: change.by ?? null,
    reason: change.reason ?? null,
    at: args.at,
  }));
  // SQLite refuses statements with very many values.
  for (let start = 0; start < rows.length; start += 100) {
    await tx('state_changes').insert(rows.slice(start, start + 100));
  }
}
