import type { Knex } from 'knex';
import type { RunRow, StateChangeRow } from '../../tables/runs';
import { RETRIABLE } from './retryRun';

/**
 * Who has caused a run: whoever pushed its commit or asked for a run of it, this one or another, and whoever retried this
 * one. Everything of a pipeline that is made of one commit has the same authors.
 */
export async function listRunAuthors(
  db: Knex | Knex.Transaction,
  { run }: { run: Pick<RunRow, 'id' | 'pipeline_ref' | 'commit'> },
): Promise<string[]> {
  const created = await db<RunRow>('runs')
    .where(
      run.commit === null
        ? { id: run.id }
        : { pipeline_ref: run.pipeline_ref, commit: run.commit },
    )
    .distinct('created_by');
  const retried = await db<StateChangeRow>('state_changes')
    .where({ run_id: run.id, stage_id: null, attempt_id: null })
    .whereIn('from_status', RETRIABLE)
    .distinct('changed_by');
  return [
    ...created.map(row => row.created_by),
    ...retried.flatMap(row => row.changed_by ?? []),
  ];
}
