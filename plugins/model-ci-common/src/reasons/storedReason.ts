import { z } from 'zod';
import { quoted } from './reason';
import type { NestedReason, Reason, ReasonParameter } from './types';

const nestedSchema: z.ZodType<NestedReason> = z.object({
  code: z.string(),
  get parameters(): z.ZodType<Record<string, ReasonParameter> | undefined> {
    return z
      .record(
        z.string(),
        z.union([
          z.string(),
          z.number(),
          z.strictObject({ number: z.number() }),
          z.strictObject({ bytes: z.number() }),
          z.strictObject({ seconds: z.number() }),
          z.strictObject({ time: z.string() }),
          nestedSchema,
          z.array(z.union([z.string(), nestedSchema])),
        ]),
      )
      .optional();
  },
});

/** A reason as the HTTP interface answers it and the database keeps it. */
export const reasonSchema: z.ZodType<Reason> = z.intersection(
  nestedSchema,
  z.object({ text: z.string() }),
);

/** A reason as it is stored; see {@link parseReason}. */
export function formatReason(value: Reason): string {
  return JSON.stringify(value);
}

/** Reads a stored reason. The plain text that versions before reasons had codes stored is a quotation. */
export function parseReason(stored: string): Reason {
  if (!stored.startsWith('{"code":')) {
    return quoted(stored);
  }
  try {
    return reasonSchema.safeParse(JSON.parse(stored)).data ?? quoted(stored);
  } catch {
    return quoted(stored);
  }
}
