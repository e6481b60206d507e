import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { parseStoredDatasets } from '../../storedLists';
import type { RunRow } from '../../tables/runs';
import { listArtifacts } from '../artifacts/listArtifacts';

/**
 * What makes the result of a run this version and no other: the commit, the definition with its parameters, the data
 * and the artifacts. Two runs with the same digest differ in nothing that a version is about.
 */
export async function versionIdentity(
  db: Knex | Knex.Transaction,
  args: { runId: string },
): Promise<string> {
  const run = await db<RunRow>('runs')
    .where('id', args.runId)
    .first('commit', 'definition', 'datasets');
  const artifacts = await listArtifacts(db, { runIds: [args.runId] });
  const datasets = parseStoredDatasets(run?.datasets ?? null);
  const identity = JSON.stringify([
    run?.commit,
    run?.definition,
    sorted(datasets.map(({ name, digest }) => [name, digest])),
    sorted(
      artifacts.map(({ stage, name, path, digest }) => [
        ...[stage, name, path, digest],
      ]),
    ),
  ]);
  return `sha256:${createHash('sha256').update(identity).digest('hex')}`;
}

function sorted(rows: string[][]): string[] {
  return rows.map(row => JSON.stringify(row)).sort();
}
