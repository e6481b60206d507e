import type { Knex } from 'knex';
import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { DeploymentRow } from '../../tables/deployments';
import type {
  AliasChangeRow,
  AliasRow,
  ModelVersionRow,
} from '../../tables/evaluations';

export interface FoundVersion {
  version: number;
  runId: string;
}

export type FoundBaseline =
  | ({ type: 'found' } & FoundVersion)
  /** There never was one, so that this may be the first version. */
  | { type: 'first' }
  /** There was one, or the name is wrong. */
  | { type: 'missing'; reason: Reason };

interface BaselineQuestion {
  pipelineRef: string;
  /** As gates name what they compare with. */
  names: string[];
  /** The alias that the definition promotes to: its first version makes it. */
  promoted?: string;
  /** The configured ones: a version may be compared with what serves there before anything does. */
  environments: readonly string[];
}

/**
 * The newest version of a pipeline, and those that gates name: by `previous`, by number, by alias, or by the environment
 * where they serve. An alias goes before an environment of the same name.
 */
export async function findBaselines(
  tx: Knex.Transaction,
  args: BaselineQuestion,
): Promise<{ newest?: FoundVersion; baselines: Map<string, FoundBaseline> }> {
  const newest = await findVersion(tx, args);
  const baselines = new Map<string, FoundBaseline>();
  for (const name of args.names) {
    baselines.set(name, await findNamed(tx, name, { ...args, newest }));
  }
  return { ...(newest && { newest }), baselines };
}

async function findNamed(
  tx: Knex.Transaction,
  name: string,
  of: BaselineQuestion & { newest?: FoundVersion },
): Promise<FoundBaseline> {
  const { pipelineRef, newest } = of;
  if (name === 'previous') {
    return newest ? { type: 'found', ...newest } : { type: 'first' };
  }
  const version = /^\d+$/.test(name)
    ? Number(name)
    : (await findAliased(tx, pipelineRef, name)) ??
      (await findServing(tx, pipelineRef, name));
  if (version === undefined) {
    return await explainMissing(tx, name, of);
  }
  const found = await findVersion(tx, { pipelineRef, version });
  return found
    ? { type: 'found', ...found }
    : missing(reason('baseline.noVersion', { version }));
}

/** A name that points to nothing now: whether it ever did, and whether it may some day. */
async function explainMissing(
  tx: Knex.Transaction,
  name: string,
  of: BaselineQuestion & { newest?: FoundVersion },
): Promise<FoundBaseline> {
  const { pipelineRef } = of;
  const moved = await tx<AliasChangeRow>('alias_changes')
    .where({ pipeline_ref: pipelineRef, alias: name })
    .first('id');
  if (moved) {
    return missing(reason('baseline.aliasRemoved', { name }));
  }
  if (await wasDeployed(tx, pipelineRef, name)) {
    return missing(reason('baseline.nothingServes', { name }));
  }
  const isExpected = name === of.promoted || of.environments.includes(name);
  return isExpected || !of.newest
    ? { type: 'first' }
    : missing(reason('baseline.unknown', { name }));
}

function missing(why: Reason): FoundBaseline {
  return { type: 'missing', reason: why };
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

/** Whether a version ever served in an environment, or is about to. */
async function wasDeployed(
  tx: Knex.Transaction,
  pipelineRef: string,
  environment: string,
): Promise<boolean> {
  const row = await tx<DeploymentRow>('deployments')
    .where({ pipeline_ref: pipelineRef, environment })
    .where(either =>
      either
        .whereNotNull('serving_at')
        .orWhereIn('status', ['queued', 'starting']),
    )
    .first('id');
  return row !== undefined;
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
