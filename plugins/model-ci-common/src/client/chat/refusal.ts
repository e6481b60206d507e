import { z } from 'zod';
import { answeringVersion } from '../answeringVersion';
import { readBounded } from './readBounded';
import { ChatError } from './types';

/** As much of an error as somebody reads. */
const MAX_MESSAGE_CHARACTERS = 1_000;
const MAX_ERROR_CHARACTERS = 65_536;

/** As OpenAI writes errors, the portal, FastAPI, and small servers of one's own. */
const errorSchema = z.union([
  z
    .object({ error: z.object({ message: z.string() }) })
    .transform(({ error }) => error.message),
  z.object({ error: z.string() }).transform(({ error }) => error),
  z.object({ message: z.string() }).transform(({ message }) => message),
  z.object({ detail: z.string() }).transform(({ detail }) => detail),
]);

/** The words of an error in a JSON document, if it has any. */
export function findMessage(body: unknown): string | undefined {
  const message = errorSchema.safeParse(body).data?.trim();
  return message ? message.slice(0, MAX_MESSAGE_CHARACTERS) : undefined;
}

/** The error of an answer that is no success. */
export async function toRefusal(response: Response): Promise<ChatError> {
  return new ChatError({
    type: 'refused',
    status: response.status,
    version: answeringVersion(response),
    message: await readMessage(response),
  });
}

/** Pages of proxies, which are HTML, say nothing that the status does not. */
async function readMessage(response: Response): Promise<string | undefined> {
  try {
    const text = await readBounded(response, MAX_ERROR_CHARACTERS);
    return findMessage(JSON.parse(text));
  } catch {
    return undefined;
  }
}
