import type { Knex } from 'knex';
import { returnedRows } from '../../valuesTable';

/**
 * The keys of the different demands that wait, in no order that means anything. It jumps from one to the next in the
 * index, so that it costs as much for a thousand equal attempts as for one.
 */
export async function listDemands(
  db: Knex | Knex.Transaction,
  args: { limit?: number } = {},
): Promise<string[]> {
  // The state is written out, because only then is the index of queued attempts used.
  const rows = await returnedRows<{ demand: string }>(
    db.raw(
      `with recursive demands(demand) as (
         select * from (
           select demand from attempts where status = 'queued' order by demand limit 1
         ) as lowest
         union all
         select (
           select a.demand from attempts a
           where a.status = 'queued' and a.demand > demands.demand order by a.demand limit 1
         ) from demands where demands.demand is not null
       )
       select demand from demands where demand is not null limit ?`,
      [args.limit ?? 1_000_000],
    ),
  );
  return rows.map(({ demand }) => demand);
}
