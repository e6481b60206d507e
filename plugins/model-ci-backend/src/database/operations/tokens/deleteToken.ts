import type { Knex } from 'knex';
import type {
  MachineTokenPipelineRow,
  MachineTokenRow,
} from '../../tables/tokens';

/** Revokes a token of a pipeline. Answers whether there was one. */
export async function deleteToken(
  db: Knex,
  args: { id: string; pipelineRef: string },
): Promise<boolean> {
  const deleted = await db<MachineTokenRow>('machine_tokens')
    .where({ id: args.id })
    .whereIn(
      'id',
      db<MachineTokenPipelineRow>('machine_token_pipelines')
        .where({ pipeline_ref: args.pipelineRef })
        .select('token_id'),
    )
    .delete();
  return deleted > 0;
}
