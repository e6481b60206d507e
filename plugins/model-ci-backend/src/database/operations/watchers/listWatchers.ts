import type { Knex } from 'knex';

/** The users who watch one of these scopes, or everything that the owner of a pipeline has. */
export async function listWatchers(
  db: Knex | Knex.Transaction,
  args: { scopes: string[]; pipelineRef?: string; now: string },
): Promise<string[]> {
  const rows: Array<{ user_ref: string }> = await db('watchers')
    .distinct('user_ref')
    .where('watched_until', '>', args.now)
    .where(scope => {
      scope.whereIn('scope', args.scopes);
      if (args.pipelineRef !== undefined) {
        scope.orWhereIn(
          'scope',
          db('pipelines')
            .select(db.raw(`'owner:' || owner_ref`))
            .where('ref', args.pipelineRef),
        );
      }
    });
  return rows.map(row => row.user_ref);
}
