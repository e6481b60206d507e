import type { Knex } from 'knex';

/** How many runs of the owner of a pipeline have not ended; counts no further than `max`. */
export async function countOpenRuns(
  db: Knex | Knex.Transaction,
  args: { pipelineRef: string; max: number },
): Promise<number> {
  const open = db('runs')
    .join('pipelines', 'pipelines.ref', 'runs.pipeline_ref')
    .whereIn('runs.status', ['queued', 'running'])
    .where(
      'pipelines.owner_ref',
      db('pipelines').select('owner_ref').where('ref', args.pipelineRef),
    )
    .select('runs.id')
    .limit(args.max);
  const [row]: Array<{ count: number | string }> = await db
    .from(open.as('open_runs'))
    .count({ count: '*' });
  return Number(row.count);
}
