import { randomUUID } from 'node:crypto';
import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import { reason as reasonOf } from '@model-ci/backstage-plugin-model-ci-common';
import type { MirroredPipeline, PipelineRow } from '../../tables/pipelines';
import { lockUntilCommit, transact } from '../../transact';
import { withReason } from '../../../withReason';

/** Gives what is kept under a name to the entity that the catalog has of that name now, and notes who did it and why. */
export async function takeOverPipeline(
  db: Knex,
  args: { row: MirroredPipeline; by: string; reason: string; at: string },
): Promise<void> {
  const { row, by, reason, at } = args;
  await transact(db, async tx => {
    await lockUntilCommit(tx, `takeover:${row.ref}`);
    const before = await tx<PipelineRow>('pipelines')
      .where('ref', row.ref)
      .first('source_identity', 'source_url', 'claim');
    if (!before?.claim) {
      throw withReason(
        ConflictError,
        reasonOf('error.nothingToTakeOver', { pipeline: row.ref }),
      );
    }
    await tx('pipeline_takeovers').insert({
      id: randomUUID(),
      pipeline_ref: row.ref,
      from_source: before.source_identity ?? before.source_url,
      to_source: row.source_identity,
      taken_by: by,
      reason,
      at,
    });
    await tx<PipelineRow>('pipelines')
      .where('ref', row.ref)
      .update({ ...row, claim: null, claim_seen_at: null });
  });
}
