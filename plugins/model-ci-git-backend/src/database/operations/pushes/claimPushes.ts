import type { Connection } from '../../connection';
import type { PushEventRow } from '../../tables';

/**
 * Takes pushes for one publication each. Of several backends that saw the same pushes due, one gets each; if it dies
 * before it has published them, they are due again later. Answers the ids that the caller got.
 */
export async function claimPushes(
  db: Connection,
  args: { ids: string[]; attempts: number; at: string; deliverAfter: string },
): Promise<Set<string>> {
  const rows = await db<PushEventRow>('push_events')
    .whereIn('id', args.ids)
    .where('attempts', args.attempts)
    .where('deliver_after', '<=', args.at)
    .update({ attempts: args.attempts + 1, deliver_after: args.deliverAfter })
    .returning('id');
  return new Set(rows.map(row => row.id));
}
