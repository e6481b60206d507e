import type { Knex } from 'knex';
import type { ModelVersionRow } from '../../tables/evaluations';

/** SQLite takes at most 500 terms in one union. */
const PIPELINES_PER_STATEMENT = 400;

/** The newest versions of each of some pipelines, newest first within a pipeline; one walk of the index for each. */
export async function listNewestVersions(
  db: Knex | Knex.Transaction,
  args: { pipelineRefs: string[]; perPipeline: number },
): Promise<ModelVersionRow[]> {
  const newest = (pipelineRef: string) =>
    db
      .select('*')
      .from(
        db<ModelVersionRow>('model_versions')
          .where('pipeline_ref', pipelineRef)
          .orderBy('version', 'desc')
          .limit(args.perPipeline)
          .as('newest'),
      );

  const rows: ModelVersionRow[] = [];
  const refs = [...new Set(args.pipelineRefs)];
  for (let i = 0; i < refs.length; i += PIPELINES_PER_STATEMENT) {
    const [first, ...others] = refs
      .slice(i, i + PIPELINES_PER_STATEMENT)
      .map(newest);
    const part: ModelVersionRow[] = await (others.length > 0
      ? first.unionAll(others)
      : first);
    rows.push(...part);
  }
  return rows.sort((a, b) => b.version - a.version);
}
