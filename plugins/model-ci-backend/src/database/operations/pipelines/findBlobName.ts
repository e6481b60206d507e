import type { Knex } from 'knex';

/** What a blob is called where it was produced: an artifact by its name, a report by its path. */
export async function findBlobName(
  db: Knex | Knex.Transaction,
  digest: string,
): Promise<
  | { type: 'artifact'; name: string }
  | { type: 'report'; path: string }
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
  return report && { type: 'report', path: report.path };
}
