import type { Knex } from 'knex';

/** Leaves out what instances produced that were not selected; `table` is that of the stages. */
export function goingOn(query: Knex.QueryBuilder, table = 'stages'): void {
  query.where(its =>
    its.whereNull(`${table}.selected`).orWhere(`${table}.selected`, true),
  );
}
