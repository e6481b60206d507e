import type { Knex } from 'knex';
import { isPostgres } from './transact';

type ColumnType = 'text' | 'integer' | 'bigint';

type RowOf<Columns> = {
  [Column in keyof Columns]: Columns[Column] extends 'text'
    ? string | null
    : number | null;
};

/**
 * Rows of values as a table named `v`, for statements that write many rows, each with values of its own. They
 * travel as one parameter, so the statement is the same for any number of them.
 */
export function valuesTable<Columns extends Record<string, ColumnType>>(
  db: Knex | Knex.Transaction,
  columns: Columns,
  rows: Array<RowOf<Columns>>,
): Knex.Raw {
  const names = Object.keys(columns);
  const json = toJson(rows);
  return isPostgres(db)
    ? db.raw(
        `json_to_recordset(?::json) as v(${names
          .map(name => `"${name}" ${columns[name]}`)
          .join(', ')})`,
        [json],
      )
    : db.raw(
        `(select ${names
          .map(name => `json_extract(value, '$.${name}') as "${name}"`)
          .join(', ')} from json_each(?)) as v`,
        [json],
      );
}

/** PostgreSQL refuses JSON with half a character in it, which JavaScript may leave where a text was cut. */
function toJson(rows: unknown): string {
  const json = JSON.stringify(rows);
  return /\\ud[89a-f]/.test(json)
    ? JSON.stringify(rows, (_, value) =>
        typeof value === 'string'
          ? value.replace(/\p{Surrogate}/gu, '\ufffd')
          : value,
      )
    : json;
}

/** The rows that a raw statement with `returning` answers. */
export async function returnedRows<Row>(statement: Knex.Raw): Promise<Row[]> {
  const result: Row[] | { rows: Row[] } = await statement;
  return Array.isArray(result) ? result : result.rows;
}
