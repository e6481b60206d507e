import type { Knex } from 'knex';

/** SQLite takes a statement of at most 500 rows, written as a union; PostgreSQL at most 65535 values. */
const ROWS_PER_STATEMENT = 400;

/** Inserts any number of rows in as few statements as both databases allow. */
export async function insertRows<TRow extends {}>(
  db: Knex | Knex.Transaction,
  table: string,
  rows: TRow[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    await db(table).insert(rows.slice(start, start + ROWS_PER_STATEMENT));
  }
}
