import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { LRUCache } from 'lru-cache';
import type { RangeStore } from '../examples/BlobReader';

/** Not configurable: the columns that pages of a few comparisons read again and again. */
const MAX_BYTES = 256 * 1024 * 1024;

/** A store that keeps the pieces that it has read: pages read the same columns, and what a digest names never changes. */
export function keepRanges(
  store: RangeStore,
  maxBytes = MAX_BYTES,
): RangeStore {
  const kept = new LRUCache<string, Buffer>({
    maxSize: maxBytes,
    sizeCalculation: bytes => bytes.length + 1,
  });
  return {
    async open(digest, range) {
      const key = `${digest} ${range?.start ?? 0} ${range?.end ?? ''}`;
      let bytes = kept.get(key);
      if (!bytes) {
        bytes = await buffer(await store.open(digest, range));
        kept.set(key, bytes);
      }
      return Readable.from([bytes]);
    },
  };
}
