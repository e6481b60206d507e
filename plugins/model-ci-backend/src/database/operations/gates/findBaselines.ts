import type { Knex } from 'knex';
import type { AliasRow, ModelVersionRow } from '../../tables/evaluations';

export interface FoundVersion {
  version: number;
  runId: string;
}

/**
 * The newest version of a pipeline, and those that gates name: by `previous`, by number, by alias, or by the environment
 * where they serve. An alias goes before an environment of the same name.
 */
export async function findBaselines(
  tx: Knex.Transaction,
  args: { pipelineRef: string; names: string[] },
): Promise<{ newest?: FoundVersion; versions: Map<string, FoundVersion> }> {
  const { pipelineRef, names } = args;
  const newest = await findVersion(tx, { pipelineRef });
  const versions = new Map<string, FoundVersion>();
  for (const name of names) {
    const found =
      name === 'previous' ? newest : await findNamed(tx, { pipelineRef, name });
    if (found) {
      versions.set(name, found);
    }
  }
  return { ...(newest && { newest }), versions };
}

async function findNamed(
  tx: Knex.Transaction,
  { pipelineRef, name }: { pipelineRef: string; name: string },
): Promise<FoundVersion | undefined> {
  const version = /^\d+$/.test(name)
    ? Number(name)
    : (await findAliased(tx, pipelineRef, name)) ??
      (await findServing(tx, pipelineRef, name));
  return version === undefined
    ? undefined
    : await findVersion(tx, { pipelineRef, version });
}

async function findAliased(
  tx: Knex.Transaction,
  pipelineRef: string,
  alias: string,
): Promise<number | undefined> {
  const row = await tx<AliasRow>('aliases')
    .where({ pipeline_ref: pipelineRef, alias })
    .first('version');
  return row?.version;
}

async function findServing(
  tx: Knex.Transaction,
  pipelineRef: string,
  environment: string,
): Promise<number | undefined> {
  const row: { version: number } | undefined = await tx('endpoints as e')
    .join('deployments as d', 'd.id', 'e.deployment_id')
    .where({ 'e.pipeline_ref': pipelineRef, 'e.environment': environment })
    .first('d.version as version');
  return row?.version;
}

/** The newest one where no number is given. */
async function findVersion(
  tx: Knex.Transaction,
  { pipelineRef, version }: { pipelineRef: string; version?: number },
): Promise<FoundVersion | undefined> {
  const row = await tx<ModelVersionRow>('model_versions')
    .where('pipeline_ref', pipelineRef)
    .where(version === undefined ? {} : { version })
    .orderBy('version', 'desc')
    .first('version', 'run_id');
  return row && { version: row.version, runId: row.run_id };
}
