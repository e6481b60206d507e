import type { Knex } from 'knex';

/** Stages of which all instances have ended, and which nobody has concluded yet. */
export async function listToConclude(
  db: Knex | Knex.Transaction,
  args: { limit: number },
): Promise<string[]> {
  const rows: Array<{ id: string }> = await db('stages as s')
    .join('runs', 'runs.id', 's.run_id')
    .where('runs.status', 'running')
    .whereIn('s.status', ['queued', 'running'])
    .whereNull('s.instance')
    .whereExists(instances(db))
    .whereNotExists(
      instances(db).whereIn('i.status', ['queued', 'running', 'waiting']),
    )
    .orderBy(['runs.created_at', 's.id'])
    .limit(args.limit)
    .select('s.id');
  return rows.map(({ id }) => id);
}

function instances(db: Knex | Knex.Transaction): Knex.QueryBuilder {
  return db('stages as i')
    .select(db.raw('1'))
    .whereRaw('i.run_id = s.run_id and i.name = s.name')
    .whereNotNull('i.instance');
}
