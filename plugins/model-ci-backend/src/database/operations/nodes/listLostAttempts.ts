import type { Knex } from 'knex';
import type { ClaimedAttemptRow } from '../attempts/findClaimedAttempt';

export type LostAttempt = ClaimedAttemptRow & {
  ticket: string;
  node: string;
  seen_at: string;
};

/**
 * Attempts on nodes that nobody has reached since a time. A cluster is not among them: whether its machines are lost is
 * for its own scheduler to say.
 */
export async function listLostAttempts(
  db: Knex,
  args: { seenBefore: string; limit: number },
): Promise<LostAttempt[]> {
  return await db('attempts')
    .join('nodes', 'nodes.name', 'attempts.node')
    .join('stages', 'stages.id', 'attempts.stage_id')
    .where({ 'attempts.status': 'running', 'nodes.scheduling': 'portal' })
    .where('nodes.seen_at', '<', args.seenBefore)
    .whereNotNull('attempts.ticket')
    .orderBy('attempts.id')
    .limit(args.limit)
    .select<LostAttempt[]>(
      'attempts.*',
      'stages.name as stage_name',
      'stages.instance as instance',
      'nodes.seen_at as seen_at',
    );
}
