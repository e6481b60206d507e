import type { Knex } from 'knex';
import type { StageRow } from '../../tables/runs';
import type { StateChange } from '../history/insertChanges';

/** A stage runs once any of its instances does. It is concluded when all of them have ended. */
export async function startStagesOfInstances(
  tx: Knex.Transaction,
  args: {
    started: Array<Pick<StageRow, 'run_id' | 'name' | 'instance'>>;
    at: string;
  },
): Promise<StateChange[]> {
  const stages = args.started.filter(({ instance }) => instance !== null);
  if (stages.length === 0) {
    return [];
  }
  const rows = await tx<StageRow>('stages')
    .whereIn(
      ['run_id', 'name'],
      stages.map(({ run_id, name }) => [run_id, name]),
    )
    .whereNull('instance')
    .where({ status: 'queued' })
    .update({
      status: 'running',
      reason: null,
      started_at: tx.raw('coalesce(started_at, ?)', [args.at]),
    })
    .returning(['id', 'run_id']);
  return rows.map(({ id: stageId, run_id: runId }) => ({
    runId,
    stageId,
    from: 'queued',
    to: 'running',
  }));
}
