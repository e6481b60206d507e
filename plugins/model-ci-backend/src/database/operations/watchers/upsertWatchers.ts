import type { Knex } from 'knex';

/** Notes what a user watches, and forgets whoever watches nothing any more. */
export async function upsertWatchers(
  db: Knex | Knex.Transaction,
  args: { userRef: string; scopes: string[]; until: string; now: string },
): Promise<void> {
  await db('watchers').where('watched_until', '<', args.now).delete();
  await db('watchers')
    .insert(
      args.scopes.map(scope => ({
        user_ref: args.userRef,
        scope,
        watched_until: args.until,
      })),
    )
    .onConflict(['user_ref', 'scope'])
    .merge(['watched_until']);
}
