import type { Knex } from 'knex';
import type { MachineTokenRow } from '../../tables/tokens';

/** Notes that a token was used. */
export async function touchToken(
  db: Knex,
  args: { id: string; at: string },
): Promise<void> {
  await db<MachineTokenRow>('machine_tokens')
    .where({ id: args.id })
    .update({ last_used_at: args.at });
}
