import type { Knex } from 'knex';

/** What a blob is called where it was produced: an artifact by its name, a report by its path, examples by their stage. */
export async function findBlobName(
  db: Knex | Knex.Transaction,
  digest: string,
): Promise<
  | { type: 'artifact'; name: string }
  | { type: 'report'; path: string }
  | { type: 'examples'; name: string }
  | undefined
> {
  const artifact: { name: string } | undefined = await db('artifacts')
    .where('digest', digest)
    .first('name');
  if (artifact) {
    return { type: 'artifact', name: artifact.name };
  }
  const report: { path: string } | undefined = await db('reports')
    .where('digest', digest)
    .first('path');
  if (report) {
    return { type: 'report', path: report.path };
  }
  const set: { stage: string; dataset: string; task: string } | undefined =
    await db('example_sets')
      .where('digest', digest)
      .first('stage', 'dataset', 'task');
  return (
    set && {
      type: 'examples',
      name: [set.stage, set.dataset, set.task].filter(Boolean).join('-'),
    }
  );
}
