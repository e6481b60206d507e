import type { Connection } from '../../connection';
import type { PushEventRow } from '../../tables';

/** Forgets an event that was published. */
export async function deletePushEvent(
  db: Connection,
  args: { id: string },
): Promise<void> {
  await db<PushEventRow>('push_events').where('id', args.id).delete();
}
