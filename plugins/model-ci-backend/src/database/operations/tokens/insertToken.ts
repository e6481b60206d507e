import type { Knex } from 'knex';
import type {
  MachineTokenPipelineRow,
  MachineTokenRow,
} from '../../tables/tokens';
import { transact } from '../../transact';

/** Stores a token with the pipelines that it is good for. */
export async function insertToken(
  db: Knex,
  args: { token: MachineTokenRow; pipelineRefs: string[] },
): Promise<void> {
  const { token, pipelineRefs } = args;
  await transact(db, async tx => {
    await tx<MachineTokenRow>('machine_tokens').insert(token);
    await tx<MachineTokenPipelineRow>('machine_token_pipelines').insert(
      pipelineRefs.map(pipeline_ref => ({ token_id: token.id, pipeline_ref })),
    );
  });
}
