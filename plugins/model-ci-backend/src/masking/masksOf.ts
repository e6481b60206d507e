import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Masks } from './Masks';

/** As many as are used side by side, and for as long as the next attempts with the same secrets begin soon. */
const known = new LRUCache<string, Masks>({ max: 32, ttl: 10 * 60_000 });

/** What hides these values. Attempts of one stage have the same, which takes time and memory to make for long ones. */
export function masksOf(values: Iterable<string>): Masks {
  const sorted = [...values].sort();
  if (sorted.length === 0) {
    return Masks.none;
  }
  const key = createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
  const found = known.get(key) ?? new Masks(sorted);
  known.set(key, found);
  return found;
}
