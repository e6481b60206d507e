import type { Knex } from 'knex';
import type { AttemptRow } from '../../tables/runs';
import { takeLease, whereExpired, type Lease } from '../leases';
import type { Claim } from './claimAttempts';

/**
 * Takes over attempts whose holder has let its lease expire, each under a new ticket. The old holder, should it
 * still be there, notices at its next write. The new one re-attaches by the handle and moves the row next. Answers
 * whether there are more of them than the limit allows, which may be 0.
 */
export async function rescueAttempts(
  db: Knex | Knex.Transaction,
  args: Lease & {
    /** The nodes that this process reaches; what runs on others is for the replicas that reach them. */
    nodes: string[];
    limit: number;
  },
): Promise<{ claims: Claim[]; isMore: boolean }> {
  const { nodes, limit, ...lease } = args;
  const expired = await db<AttemptRow>('attempts')
    .modify(whereExpired, 'attempts', lease)
    .whereIn('node', nodes)
    .orderBy('lease_expires_at')
    .limit(limit + 1)
    .select('id', 'ticket', 'rescues');
  const claims: Claim[] = [];
  for (const row of expired.slice(0, limit)) {
    const rescues = row.rescues + 1;
    const taken = await takeLease(db, {
      ...lease,
      table: 'attempts',
      row,
      values: { rescues },
    });
    if (taken) {
      const { id: attemptId, run_id: runId, ticket } = taken;
      claims.push({ attemptId, runId, ticket, rescues });
    }
  }
  return { claims, isMore: expired.length > limit };
}
