import type { Knex } from 'knex';
import {
  stageConclusionSchema,
  type ParityResult,
} from '@model-ci/backstage-plugin-model-ci-common';

export interface LatestParity {
  stage: string;
  runId: string;
  runNumber: number;
  version: number | null;
  at: string;
  result: ParityResult;
}

/** How the environments of a stage of a pipeline, or of whichever did so last, compared in its latest run. */
export async function findLatestParity(
  db: Knex | Knex.Transaction,
  args: { pipelineRef: string; stage?: string },
): Promise<LatestParity | undefined> {
  const row:
    | (Omit<LatestParity, 'result'> & { conclusion: string })
    | undefined = await db('stages')
    .join('runs', 'runs.id', 'stages.run_id')
    .leftJoin('version_runs as v', 'v.run_id', 'runs.id')
    .where('runs.pipeline_ref', args.pipelineRef)
    .whereNotNull('stages.has_parity')
    .modify(query => {
      if (args.stage !== undefined) {
        query.where('stages.name', args.stage);
      }
    })
    .orderBy([{ column: 'runs.number', order: 'desc' }, 'stages.position'])
    .first(
      'stages.name as stage',
      'runs.id as runId',
      'runs.number as runNumber',
      'v.version as version',
      'stages.finished_at as at',
      'stages.conclusion as conclusion',
    );
  if (!row) {
    return undefined;
  }
  const { conclusion, ...found } = row;
  const { parity } = stageConclusionSchema.parse(JSON.parse(conclusion));
  return parity && { ...found, result: parity };
}
