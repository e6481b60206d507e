import type { Knex } from 'knex';

/** Bytes of the artifacts that the pipelines of one owner have produced. */
export async function sumArtifactBytes(
  db: Knex | Knex.Transaction,
  args: { pipelineRef: string },
): Promise<number> {
  const owner = db('pipelines')
    .select('owner_ref')
    .where('ref', args.pipelineRef);
  const runs = db('runs')
    .select('runs.id')
    .join('pipelines', 'pipelines.ref', 'runs.pipeline_ref')
    .where('pipelines.owner_ref', owner);
  const [row]: Array<{ bytes: number | string | null }> = await db('artifacts')
    .whereIn('run_id', runs)
    .sum({ bytes: 'size' });
  return Number(row.bytes ?? 0);
}
