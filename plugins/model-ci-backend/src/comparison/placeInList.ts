import { createHash } from 'node:crypto';
import { z } from 'zod';
import { listCursor } from '../database/cursor';

const position = listCursor(
  'examples',
  z.tuple([z.string(), z.number().int().min(0)]),
);

/** Where a page begins: a cursor belongs to its list, since other examples, or the same in another order, have other places. */
export function placeIn(list: unknown, cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const [of, place] = position.decode(cursor);
  // What a stage reported may have changed since: its list begins anew.
  return of === hashOf(list) ? place : 0;
}

/** Undefined at the end of the list. */
export function cursorAfter(
  list: unknown,
  next: number,
  total: number,
): string | undefined {
  return next < total ? position.encode([hashOf(list), next]) : undefined;
}

function hashOf(list: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(list))
    .digest('base64url')
    .slice(0, 16);
}
