import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import type {
  MachineTokenPipelineRow,
  MachineTokenRow,
} from '../../tables/tokens';
import { lockUntilCommit, transact } from '../../transact';
import { withReason } from '../../../withReason';

/** Stores a token with the pipelines that it is good for. Rejects where one of these has `max` already. */
export async function insertToken(
  db: Knex,
  args: { token: MachineTokenRow; pipelineRefs: string[]; max: number },
): Promise<void> {
  const { token, pipelineRefs, max } = args;
  await transact(db, async tx => {
    // One after the other, so that two at the same time do not take the same last place.
    await lockUntilCommit(tx, 'machine-tokens');
    await demandRoom(tx, pipelineRefs, max);
    await tx<MachineTokenRow>('machine_tokens').insert(token);
    await tx<MachineTokenPipelineRow>('machine_token_pipelines').insert(
      pipelineRefs.map(pipeline_ref => ({ token_id: token.id, pipeline_ref })),
    );
  });
}

async function demandRoom(
  tx: Knex.Transaction,
  pipelineRefs: string[],
  max: number,
): Promise<void> {
  const full = await tx<MachineTokenPipelineRow>('machine_token_pipelines')
    .whereIn('pipeline_ref', pipelineRefs)
    .groupBy('pipeline_ref')
    .havingRaw('count(*) >= ?', [max])
    .orderBy('pipeline_ref')
    .first('pipeline_ref');
  if (full) {
    const { pipeline_ref: pipeline } = full;
    throw withReason(
      ConflictError,
      reason('error.tooManyTokens', { pipeline, max }),
    );
  }
}
