import type { Knex } from 'knex';

/** The stages that compared their environments in the latest runs of a pipeline in which any did. */
export async function listParityStages(
  db: Knex | Knex.Transaction,
  args: { pipelineRef: string; runs: number },
): Promise<string[]> {
  const compared = db('runs')
    .where('runs.pipeline_ref', args.pipelineRef)
    .whereExists(
      db('stages as s')
        .select(db.raw('1'))
        .whereRaw('s.run_id = runs.id')
        .whereNotNull('s.has_parity'),
    )
    .orderBy('runs.number', 'desc')
    .limit(args.runs)
    .select('runs.id');
  const rows: Array<{ name: string }> = await db('stages')
    .whereIn('run_id', compared)
    .whereNotNull('has_parity')
    .groupBy('name')
    .orderByRaw('min(position), name')
    .select('name');
  return rows.map(({ name }) => name);
}
