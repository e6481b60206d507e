import { z } from 'zod';
import { quoted } from './reason';
import type { NestedReason, Reason, ReasonParameter } from './types';

const parameterSchema: z.ZodType<ReasonParameter> = z.lazy(() =>
  z.union([
    z.string(),
    z.number(),
    z.strictObject({ bytes: z.number() }),
    z.strictObject({ seconds: z.number() }),
    z.strictObject({ time: z.string() }),
    nestedSchema,
    z.array(z.union([z.string(), nestedSchema])),
  ]),
);

const nestedSchema: z.ZodType<NestedReason> = z.object({
  code: z.string(),
  parameters: z.record(z.string(), parameterSchema).optional(),
});

/** A reason as the HTTP interface answers it and the database keeps it. */
export const reasonSchema: z.ZodType<Reason> = z.object({
  code: z.string(),
  parameters: z.record(z.string(), parameterSchema).optional(),
  text: z.string(),
});

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
