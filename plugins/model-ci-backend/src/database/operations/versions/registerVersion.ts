import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import type { ModelVersionRow } from '../../tables/evaluations';

/** Each lost race means that another run got its number, so this many runs would have to succeed at once. */
const RACES = 1000;

/**
 * Registers the model version of a successful run and answers its number. Numbers count up from 1
 * within the pipeline without gaps, also among replicas; a second call for a run answers the same number.
 */
export async function registerVersion(
  tx: Knex.Transaction,
  args: { runId: string; pipelineRef: string; createdBy: string; at: string },
): Promise<number> {
  for (let race = 0; race < RACES; race += 1) {
    const existing: Pick<ModelVersionRow, 'version'> | undefined = await tx(
      'model_versions',
    )
      .where('run_id', args.runId)
      .first('version');
    if (existing) return existing.version;

    // A concurrent transaction that takes the same number makes this statement wait for its commit and then
    // insert nothing, without breaking this transaction; the next round sees the number that was taken.
    await tx.raw(
      `insert into model_versions (pipeline_ref, version, run_id, created_by, created_at)
       select ?, coalesce(max(version), 0) + 1, ?, ?, ?
       from model_versions where pipeline_ref = ?
       on conflict do nothing`,
      [args.pipelineRef, args.runId, args.createdBy, args.at, args.pipelineRef],
    );
  }
  throw new ConflictError(
    `No version could be registered for run '${args.runId}': other runs of ${args.pipelineRef} took every number; try again`,
  );
}
