export type SortKey = string | number | undefined;

/** The order of a table: a column, descending with a `-` before it. */
export interface Order {
  column: string;
  descending: boolean;
}

export function parseOrder(
  text: string | null,
  fallback: Order,
  columns: readonly string[],
): Order {
  const descending = text?.startsWith('-') ?? false;
  const column = descending ? text?.slice(1) : text;
  return column && columns.includes(column) ? { column, descending } : fallback;
}

export function writeOrder({ column, descending }: Order): string {
  return `${descending ? '-' : ''}${column}`;
}

/** Rows without a value come last, whichever way the order goes. */
export function sortRows<T>(
  rows: readonly T[],
  keyOf: (row: T) => SortKey,
  descending: boolean,
): T[] {
  const keyed = rows.map(row => ({ row, key: keyOf(row) }));
  const sign = descending ? -1 : 1;
  return keyed
    .sort((a, b) => {
      if (a.key === undefined || b.key === undefined) {
        return Number(a.key === undefined) - Number(b.key === undefined);
      }
      return sign * compare(a.key, b.key);
    })
    .map(({ row }) => row);
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') {
    return a - b;
  }
  return String(a).localeCompare(String(b));
}
