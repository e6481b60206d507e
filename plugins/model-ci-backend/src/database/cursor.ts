import { InputError } from '@backstage/errors';
import type { z } from 'zod';

/** The place of a list's last item, opaque to whoever passes it on. */
export function encodeCursor(position: Array<string | number>): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** The position of a cursor that came from outside. */
export function decodeCursor<T>(cursor: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    value = undefined;
  }
  const position = schema.safeParse(value);
  // PostgreSQL has no text with a NUL in it and would answer with an error of its own.
  if (!position.success || JSON.stringify(value).includes('\\u0000')) {
    throw new InputError(
      `'cursor' is not the nextCursor of an earlier page of this list`,
    );
  }
  return position.data;
}
