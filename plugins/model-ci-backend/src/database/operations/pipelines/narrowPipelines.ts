import type { Knex } from 'knex';
import { escapeLike } from '../../escapeLike';

/** Which pipelines a list holds, or the runs or deployments of which. */
export interface PipelineFilter {
  /** Restricts to these owners; undefined: all. */
  ownerRefs?: string[];
  /** Part of the title, the name or the namespace. */
  q?: string;
}

export function narrowPipelines(
  query: Knex.QueryBuilder,
  { ownerRefs, q }: PipelineFilter,
): void {
  if (ownerRefs) {
    query.whereIn('pipelines.owner_ref', ownerRefs);
  }
  if (q) {
    const pattern = `%${escapeLike(q.toLowerCase())}%`;
    query.whereRaw(
      `(lower(pipelines.title) like ? escape '!' or pipelines.ref like ? escape '!')`,
      [pattern, pattern],
    );
  }
}
