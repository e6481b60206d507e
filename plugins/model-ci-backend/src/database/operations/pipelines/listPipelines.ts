import type { Knex } from 'knex';
import type { Status } from '@model-ci/backstage-plugin-model-ci-common';
import type { PipelineRow } from '../../tables/pipelines';
import { narrowPipelines, type PipelineFilter } from './narrowPipelines';

export interface PipelineListArgs extends PipelineFilter {
  /** Statuses of the latest run. */
  statuses?: Status[];
  /** Title and ref of the last item of the page before. */
  after?: [title: string, ref: string];
  limit: number;
}

/** Pipelines by title, in the order of the database. */
export async function listPipelines(
  db: Knex | Knex.Transaction,
  args: PipelineListArgs,
): Promise<PipelineRow[]> {
  const { statuses, after, limit } = args;
  return await db<PipelineRow>('pipelines')
    .whereNull('removed_at')
    .modify(narrowPipelines, args)
    .modify(query => {
      if (statuses) {
        // The latest run has the highest number, which the unique index finds at once.
        query.whereRaw(
          `(select latest.status from runs latest where latest.pipeline_ref = pipelines.ref order by latest.number desc limit 1) in (${statuses.map(
            () => '?',
          )})`,
          statuses,
        );
      }
      if (after) {
        query.whereRaw('(title, ref) > (?, ?)', after);
      }
    })
    .orderBy([{ column: 'title' }, { column: 'ref' }])
    .limit(limit)
    .select();
}
