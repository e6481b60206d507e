import type { z } from 'zod';
import { invalidRequest } from '@model-ci/backstage-plugin-model-ci-node';

/** The place of a list's last item, opaque to whoever passes it on. */
export interface ListCursor<T> {
  encode(position: T): string;
  /** The position of a cursor that came from outside; it must be one of the same list. */
  decode(cursor: string): T;
}

/** A cursor carries the name of its list, so that one list's place is not taken for another's. */
export function listCursor<T extends Array<string | number>>(
  list: string,
  schema: z.ZodType<T>,
): ListCursor<T> {
  return {
    encode: position =>
      Buffer.from(JSON.stringify([list, ...position])).toString('base64url'),
    decode(cursor) {
      const value = parse(cursor);
      const [name, ...position] = Array.isArray(value) ? value : [];
      const parsed = schema.safeParse(position);
      // PostgreSQL has no text with a NUL in it and would answer with an error of its own.
      if (
        name !== list ||
        !parsed.success ||
        JSON.stringify(value).includes('\\u0000')
      ) {
        throw invalidRequest(
          'query',
          'cursor',
          'must be the nextCursor of an earlier page of this list, unchanged',
        );
      }
      return parsed.data;
    },
  };
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
