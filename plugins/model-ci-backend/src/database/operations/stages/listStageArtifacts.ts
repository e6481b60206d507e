import type { Knex } from 'knex';
import { goingOn } from './goingOn';

export interface StageArtifactRow {
  stage: string;
  name: string;
  digest: string;
}

/** The artifacts of the last attempts of some stages of a run, and of those of their instances that go on. */
export async function listStageArtifacts(
  db: Knex | Knex.Transaction,
  args: { runId: string; stages: string[] },
): Promise<StageArtifactRow[]> {
  return await db('artifacts')
    .join('attempts', 'attempts.id', 'artifacts.attempt_id')
    .join('stages', 'stages.id', 'artifacts.stage_id')
    .where('artifacts.run_id', args.runId)
    .whereIn('stages.name', args.stages)
    .modify(goingOn)
    .whereRaw(
      'attempts.number = (select max(latest.number) from attempts latest where latest.stage_id = stages.id)',
    )
    .orderBy(['stages.position', 'stages.instance', 'artifacts.name'])
    .select<StageArtifactRow[]>(
      'stages.name as stage',
      'artifacts.name as name',
      'artifacts.digest as digest',
    );
}
