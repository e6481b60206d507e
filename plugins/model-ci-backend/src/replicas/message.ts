import { z } from 'zod';

const messageSchema = z.discriminatedUnion('type', [
  /** These attempts have more log than before, or have ended. */
  z.object({ type: z.literal('logs'), attemptIds: z.array(z.string()) }),
  /** A backend that stops has let go of everything it held. */
  z.object({ type: z.literal('released') }),
]);

/** What replicas of the backend say to each other. Nothing may depend on its arrival: it only saves a wait. */
export type ReplicaMessage = z.infer<typeof messageSchema>;

const envelopeSchema = z.object({ from: z.string(), message: messageSchema });

export function writeMessage(from: string, message: ReplicaMessage): string {
  return JSON.stringify({ from, message });
}

/** What another one says; undefined for words of its own, or of a release that says something else. */
export function readMessage(
  payload: string,
  self: string,
): ReplicaMessage | undefined {
  const parsed = envelopeSchema.safeParse(parseJson(payload));
  return parsed.success && parsed.data.from !== self
    ? parsed.data.message
    : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
