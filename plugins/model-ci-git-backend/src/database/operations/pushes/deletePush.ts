import type { Connection } from '../../connection';
import type { PushEventRow } from '../../tables';

/** Forgets a push that is recorded where it belongs. False when it was forgotten before, or is none of ours. */
export async function deletePush(
  db: Connection,
  args: { id: string },
): Promise<boolean> {
  const count = await db<PushEventRow>('push_events')
    .where('id', args.id)
    .delete();
  return count > 0;
}
