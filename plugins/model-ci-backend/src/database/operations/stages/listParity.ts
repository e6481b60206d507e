import type { Knex } from 'knex';
import {
  stageConclusionSchema,
  type ParityResult,
} from '@model-ci/backstage-plugin-model-ci-common';

export interface ListedParity {
  stage: string;
  runId: string;
  runNumber: number;
  version: number | null;
  at: string;
  result: ParityResult;
}

/** How the environments of a pipeline's stages compared in its latest runs, newest first. */
export async function listParity(
  db: Knex | Knex.Transaction,
  args: { pipelineRef: string; stage?: string; limit: number },
): Promise<ListedParity[]> {
  const rows: Array<Omit<ListedParity, 'result'> & { conclusion: string }> =
    await db('stages')
      .join('runs', 'runs.id', 'stages.run_id')
      .leftJoin('version_runs as v', 'v.run_id', 'runs.id')
      .where('runs.pipeline_ref', args.pipelineRef)
      .whereNotNull('stages.conclusion')
      // Text of our own making: only those with parity are read.
      .where('stages.conclusion', 'like', '%"parity":%')
      .modify(query => {
        if (args.stage !== undefined) {
          query.where('stages.name', args.stage);
        }
      })
      .orderBy([{ column: 'runs.number', order: 'desc' }, 'stages.position'])
      .limit(args.limit)
      .select(
        'stages.name as stage',
        'runs.id as runId',
        'runs.number as runNumber',
        'v.version as version',
        'stages.finished_at as at',
        'stages.conclusion as conclusion',
      );
  return rows.flatMap(({ conclusion, ...row }) => {
    const { data } = stageConclusionSchema.safeParse(JSON.parse(conclusion));
    return data?.parity ? [{ ...row, result: data.parity }] : [];
  });
}
