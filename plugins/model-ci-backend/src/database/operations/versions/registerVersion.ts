import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import type { ModelVersionRow } from '../../tables/evaluations';
import { IDENTITY_FORM, versionIdentity } from './versionIdentity';
import { versionParameters } from './versionParameters';

/** Each lost race means that another run got its number, so this many runs would have to succeed at once. */
const RACES = 1000;

/**
 * Registers the model version of a successful run and answers its number. A run that repeats what a version is, its
 * commit, inputs and results, becomes one more run of that version. Numbers count up from 1 within the pipeline without
 * gaps, also among replicas; a second call for a run answers the same number.
 */
export async function registerVersion(
  tx: Knex.Transaction,
  args: { runId: string; pipelineRef: string; createdBy: string; at: string },
): Promise<number> {
  const { runId, pipelineRef } = args;
  const linked = await findVersionOfRun(tx, runId);
  if (linked !== undefined) return linked;

  const identity = await versionIdentity(tx, { runId });
  const parameters = await versionParameters(tx, { runId });
  await identifyOldVersions(tx, args);
  for (let race = 0; race < RACES; race += 1) {
    const version = await findVersion(tx, { pipelineRef, identity });
    if (version !== undefined) {
      await tx('version_runs')
        .insert({ run_id: runId, pipeline_ref: pipelineRef, version })
        .onConflict()
        .ignore();
      return version;
    }
    // A concurrent transaction that takes the same number makes this statement wait for its commit and then
    // insert nothing, without breaking this transaction; the next round sees the number that was taken.
    await tx.raw(
      `insert into model_versions (pipeline_ref, version, run_id, identity, parameters, created_by, created_at)
       select ?, coalesce(max(version), 0) + 1, ?, ?, ?, ?, ?
       from model_versions where pipeline_ref = ?
       on conflict do nothing`,
      [
        ...[pipelineRef, runId, identity, parameters],
        ...[args.createdBy, args.at, pipelineRef],
      ],
    );
  }
  throw new ConflictError(
    `No version could be registered for run '${runId}': other runs of ${pipelineRef} took every number; try again`,
  );
}

async function findVersionOfRun(
  tx: Knex.Transaction,
  runId: string,
): Promise<number | undefined> {
  const row: Pick<ModelVersionRow, 'version'> | undefined = await tx(
    'version_runs',
  )
    .where('run_id', runId)
    .first('version');
  return row?.version;
}

async function findVersion(
  tx: Knex.Transaction,
  identity: { pipelineRef: string; identity: string },
): Promise<number | undefined> {
  const row = await tx<ModelVersionRow>('model_versions')
    .where('pipeline_ref', identity.pipelineRef)
    .where('identity', identity.identity)
    .first('version');
  return row?.version;
}

/** Versions without an identity of today's form get one when a run of their commit asks; the earlier one wins. */
async function identifyOldVersions(
  tx: Knex.Transaction,
  args: { runId: string; pipelineRef: string },
): Promise<void> {
  const { pipelineRef, runId } = args;
  const old: Array<Pick<ModelVersionRow, 'version' | 'run_id'>> = await tx(
    'model_versions as v',
  )
    .join('runs', 'runs.id', 'v.run_id')
    .where('v.pipeline_ref', pipelineRef)
    .where(either =>
      either
        .whereNull('v.identity')
        .orWhere('v.identity', 'not like', `${IDENTITY_FORM}%`),
    )
    .where('runs.commit', tx('runs').select('commit').where('id', runId))
    .orderBy('v.version')
    .select('v.version', 'v.run_id');
  for (const { version, run_id } of old) {
    const identity = await versionIdentity(tx, { runId: run_id });
    if ((await findVersion(tx, { pipelineRef, identity })) === undefined) {
      await tx<ModelVersionRow>('model_versions')
        .where({ pipeline_ref: pipelineRef, version })
        .update({ identity });
    }
  }
}
