import { NotFoundError } from '@backstage/errors';
import type { z } from 'zod';

/** What code hosts answer about a commit, a ref or a repository that is not there, or is empty. */
const MISSING = new Set([404, 409, 422]);

/**
 * Asks a code host for JSON. A `NotFoundError` means that the host has no such thing, or none that the
 * integration may read; anything else, that it may answer another time.
 */
export async function askHost<T>(
  url: string,
  schema: z.ZodType<T>,
  send: (url: string) => Promise<Response>,
  missing: ReadonlySet<number> = MISSING,
): Promise<T> {
  const response = await send(url);
  if (!response.ok) {
    await response.body?.cancel();
    const message = `${url} answered ${response.status} ${response.statusText}`;
    throw missing.has(response.status)
      ? new NotFoundError(message)
      : new Error(message);
  }
  const answer = schema.safeParse(await response.json());
  if (!answer.success) {
    throw new Error(`${url} answered something else than a commit`);
  }
  return answer.data;
}
