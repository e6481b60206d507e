import type { Knex } from 'knex';
import type { PushEventRow } from '../../tables';

/** The next look takes the rest. */
const BATCH = 500;

/** Gives up pushes that nobody acknowledged since a time. Answers how many of which repository. */
export async function deleteOldPushes(
  db: Knex,
  args: { before: string },
): Promise<Map<string, number>> {
  return await db.transaction(async tx => {
    const old = await tx<PushEventRow>('push_events')
      .where('created_at', '<', args.before)
      .where('attempts', '>', 0)
      .orderBy('position')
      .limit(BATCH)
      .select('position', 'repository');
    await tx<PushEventRow>('push_events')
      .whereIn(
        'position',
        old.map(({ position }) => position),
      )
      .delete();
    const counts = new Map<string, number>();
    old.forEach(({ repository }) =>
      counts.set(repository, (counts.get(repository) ?? 0) + 1),
    );
    return counts;
  });
}
