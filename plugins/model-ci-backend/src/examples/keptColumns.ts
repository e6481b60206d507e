import { LRUCache } from 'lru-cache';

export type Column = Buffer | Float64Array | Int32Array | Uint32Array;

/** Answers a column by its name, and reads it where it is not known. Columns are shared: nobody may change one. */
export type KeepColumn = <T extends Column>(
  name: string,
  read: () => Promise<T>,
) => Promise<T>;

/** Keeps columns in memory. What a digest names never changes, so that none of them can be out of date. */
export function keptColumns(maxBytes: number): KeepColumn {
  const kept = new LRUCache<string, Promise<Column>>({
    maxSize: maxBytes,
    // Until its size is known, a column counts as none.
    sizeCalculation: () => 1,
  });
  return async <T extends Column>(name: string, read: () => Promise<T>) => {
    const known = kept.get(name) as Promise<T> | undefined;
    if (known) {
      return await known;
    }
    const reading = read();
    kept.set(name, reading);
    try {
      const column = await reading;
      kept.set(name, reading, { size: column.byteLength + 1 });
      return column;
    } catch (error) {
      kept.delete(name);
      throw error;
    }
  };
}
