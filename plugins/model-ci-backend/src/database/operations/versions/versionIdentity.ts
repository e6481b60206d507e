import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { canonicalDefinition } from '@model-ci/backstage-plugin-model-ci-common';
import { parseStoredDatasets, parseStoredParameters } from '../../storedLists';
import type { RunRow } from '../../tables/runs';
import { listArtifacts } from '../artifacts/listArtifacts';
import { versionParameters } from './versionParameters';

/** Begins every identity; those of earlier releases, which hashed the stored text with its defaults, begin otherwise. */
export const IDENTITY_FORM = 'v2:';

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
    .first('commit', 'definition', 'datasets', 'parameters');
  const artifacts = await listArtifacts(db, {
    runIds: [args.runId],
    goingOn: true,
  });
  const datasets = parseStoredDatasets(run?.datasets ?? null);
  const parameters = await versionParameters(db, args);
  const identity = JSON.stringify([
    run?.commit,
    run?.definition ? whatWasWritten(run.definition) : null,
    sorted(datasets.map(({ name, digest }) => [name, digest])),
    sorted(
      artifacts.map(({ stage, name, path, digest }) => [
        ...[stage, name, path, digest],
      ]),
    ),
    // Versions of before stages could select anything keep their identity.
    ...(parameters === null ? [] : [parameters]),
    ...(run?.parameters ? [{ run: sortedValues(run.parameters) }] : []),
  ]);
  return `${IDENTITY_FORM}${createHash('sha256')
    .update(identity)
    .digest('hex')}`;
}

/** One that cannot be read is itself alone. */
function whatWasWritten(definition: string): string {
  try {
    return canonicalDefinition(definition);
  } catch {
    return definition;
  }
}

function sortedValues(stored: string) {
  return Object.entries(parseStoredParameters(stored)).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
}

function sorted(rows: string[][]): string[] {
  return rows.map(row => JSON.stringify(row)).sort();
}
