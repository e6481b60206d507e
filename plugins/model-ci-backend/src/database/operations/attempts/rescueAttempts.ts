import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { AttemptRow } from '../../tables/runs';
import type { Claim } from './claimAttempts';

/**
 * Takes over attempts whose holder has let its lease expire, each under a new ticket. The old holder, should it
 * still be there, notices at its next write. The new one re-attaches by the handle and moves the row next.
 */
export async function rescueAttempts(
  db: Knex | Knex.Transaction,
  args: {
    holder: string;
    /** The nodes that this process reaches; what runs on others is for the replicas that reach them. */
    nodes: string[];
    now: string;
    leaseExpiresAt: string;
    limit: number;
  },
): Promise<Claim[]> {
  const expired = await db<AttemptRow>('attempts')
    .where({ status: 'running' })
    .where('lease_expires_at', '<', args.now)
    .whereIn('node', args.nodes)
    .orderBy('lease_expires_at')
    .limit(args.limit)
    .select('id', 'run_id', 'ticket', 'rescues');
  const claims: Claim[] = [];
  for (const attempt of expired) {
    const ticket = randomUUID();
    const changed = await db<AttemptRow>('attempts')
      .where({ id: attempt.id, ticket: attempt.ticket, status: 'running' })
      .where('lease_expires_at', '<', args.now)
      .update({
        ticket,
        holder: args.holder,
        lease_expires_at: args.leaseExpiresAt,
        rescues: attempt.rescues + 1,
      });
    if (changed === 1) {
      claims.push({
        attemptId: attempt.id,
        runId: attempt.run_id,
        ticket,
        rescues: attempt.rescues + 1,
      });
    }
  }
  return claims;
}
