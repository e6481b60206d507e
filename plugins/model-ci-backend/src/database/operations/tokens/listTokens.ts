import type { Knex } from 'knex';
import type {
  MachineTokenPipelineRow,
  MachineTokenRow,
} from '../../tables/tokens';

export interface ListedToken extends MachineTokenRow {
  pipelineRefs: string[];
}

/** The tokens of a pipeline, newest first, expired ones included. */
export async function listTokens(
  db: Knex,
  args: { pipelineRef: string },
): Promise<ListedToken[]> {
  const tokens = await db<MachineTokenRow>('machine_tokens')
    .whereIn(
      'id',
      db<MachineTokenPipelineRow>('machine_token_pipelines')
        .where({ pipeline_ref: args.pipelineRef })
        .select('token_id'),
    )
    .orderBy([
      { column: 'created_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ]);
  return await withPipelines(db, tokens);
}

/** The token with a public id, whether or not it has expired. */
export async function findToken(
  db: Knex,
  args: { publicId: string },
): Promise<ListedToken | undefined> {
  const tokens = await db<MachineTokenRow>('machine_tokens').where({
    public_id: args.publicId,
  });
  return (await withPipelines(db, tokens)).at(0);
}

async function withPipelines(
  db: Knex,
  tokens: MachineTokenRow[],
): Promise<ListedToken[]> {
  const rows = await db<MachineTokenPipelineRow>('machine_token_pipelines')
    .whereIn(
      'token_id',
      tokens.map(({ id }) => id),
    )
    .orderBy('pipeline_ref');
  return tokens.map(token => ({
    ...token,
    pipelineRefs: rows
      .filter(({ token_id }) => token_id === token.id)
      .map(({ pipeline_ref }) => pipeline_ref),
  }));
}
