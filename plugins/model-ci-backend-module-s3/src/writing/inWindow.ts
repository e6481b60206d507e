/**
 * Works on items side by side, at most so many at once. Rejects with the first failure, once nothing is under way any
 * more: the signal aborts then, and no other item is begun.
 */
export async function inWindow<T, R>(
  items: AsyncIterable<T> | Iterable<T>,
  options: {
    /** How many may be under way together with this one. */
    atOnce(item: T): number;
    work(item: T, signal: AbortSignal): Promise<R>;
  },
): Promise<R[]> {
  const failing = new AbortController();
  const underWay = new Set<Promise<void>>();
  const results: R[] = [];
  const begin = async (item: T, index: number) => {
    try {
      results[index] = await options.work(item, failing.signal);
    } catch (error) {
      failing.abort(error);
    }
  };
  try {
    let index = 0;
    for await (const item of items) {
      while (underWay.size >= options.atOnce(item)) {
        await Promise.race(underWay);
      }
      failing.signal.throwIfAborted();
      const working = begin(item, index).finally(() =>
        underWay.delete(working),
      );
      underWay.add(working);
      index += 1;
    }
  } catch (error) {
    failing.abort(error);
  }
  await Promise.all(underWay);
  failing.signal.throwIfAborted();
  return results;
}
