import type { Knex } from 'knex';
import type { Status } from '@model-ci/backstage-plugin-model-ci-common';
import { escapeLike } from '../../escapeLike';
import type { PipelineRow } from '../../tables/pipelines';

export interface PipelineListArgs {
  /** Restricts to these owners; undefined: all. */
  ownerRefs?: string[];
  /** Statuses of the latest run. */
  statuses?: Status[];
  /** Part of the title, the name or the namespace. */
  q?: string;
  /** Title and ref of the last item of the page before. */
  after?: [title: string, ref: string];
  limit: number;
}

/** Pipelines by title, in the order of the database. */
export async function listPipelines(
  db: Knex | Knex.Transaction,
  args: PipelineListArgs,
): Promise<PipelineRow[]> {
  const { ownerRefs, statuses, q, after, limit } = args;
  return await db<PipelineRow>('pipelines')
    .whereNull('removed_at')
    .modify(query => {
      if (ownerRefs) {
        query.whereIn('owner_ref', ownerRefs);
      }
      if (statuses) {
        // The latest run has the highest number, which the unique index finds at once.
        query.whereRaw(
          `(select latest.status from runs latest where latest.pipeline_ref = pipelines.ref order by latest.number desc limit 1) in (${statuses.map(
            () => '?',
          )})`,
          statuses,
        );
      }
      if (q) {
        const pattern = `%${escapeLike(q.toLowerCase())}%`;
        query.whereRaw(
          `(lower(title) like ? escape '!' or ref like ? escape '!')`,
          [pattern, pattern],
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
