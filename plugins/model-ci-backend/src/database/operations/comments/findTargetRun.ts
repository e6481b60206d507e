import type { Knex } from 'knex';
import type { RunRow } from '../../tables/runs';

export interface TargetRun {
  runId: string;
  number: number;
  /** Absent where no version was registered on the branch. */
  version?: number;
}

/** What a branch holds: the run of its newest version or, without any, its newest run that succeeded. */
export async function findTargetRun(
  db: Knex,
  { pipelineRef, branch }: { pipelineRef: string; branch: string },
): Promise<TargetRun | undefined> {
  const versioned: { id: string; number: number; version: number } | undefined =
    await db('model_versions as v')
      .join('runs', 'runs.id', 'v.run_id')
      .where({ 'v.pipeline_ref': pipelineRef, 'runs.branch': branch })
      .orderBy('v.version', 'desc')
      .first('runs.id', 'runs.number', 'v.version');
  if (versioned) {
    const { id, number, version } = versioned;
    return { runId: id, number, version };
  }
  const run = await db<RunRow>('runs')
    .where({ pipeline_ref: pipelineRef, branch, status: 'succeeded' })
    .where('is_untrusted', false)
    .orderBy('number', 'desc')
    .first('id', 'number');
  return run && { runId: run.id, number: run.number };
}
