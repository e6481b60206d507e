import { z } from 'zod';

/**
 * The file of an example set: magic, length of the header, header in JSON, padding to 8 bytes, then the columns one after
 * the other, in the order of the ids. Numbers are little-endian. Places are bytes from the end of the padding on.
 *
 * - numbers: float64 each, NaN where there is none
 * - codes: int32 each, -1 where there is none
 * - texts: where each text ends in the UTF-8 that follows, uint32 each, with the highest bit set where there is none
 */
export const MAGIC = Buffer.from('MCIEXS01', 'latin1');
/** Magic and the length of the header. */
export const PREAMBLE_BYTES = 12;
/** Not configurable: far more than the names of all columns can take. */
export const MAX_HEADER_BYTES = 1024 * 1024;
/** Marks an end of a text that is none; texts of one set are therefore below 2 GiB. */
export const ABSENT = 0x8000_0000;

const placeSchema = z.object({
  start: z.int().nonnegative(),
  size: z.int().nonnegative(),
});

const textsSchema = z.object({
  kind: z.literal('texts'),
  count: z.int().nonnegative(),
  missing: z.int().nonnegative(),
  ends: placeSchema,
  heap: placeSchema,
});

const numbersSchema = z.object({
  kind: z.literal('numbers'),
  missing: z.int().nonnegative(),
  place: placeSchema,
});

const labelsSchema = z.object({ names: textsSchema, codes: placeSchema });

const valuesSchema = z.discriminatedUnion('kind', [textsSchema, numbersSchema]);

export const headerSchema = z.object({
  count: z.int().nonnegative(),
  idsDigest: z.string(),
  ids: textsSchema,
  prediction: valuesSchema,
  target: valuesSchema.optional(),
  /** Lists, not objects: names come from outside. */
  scores: z.array(z.object({ name: z.string(), column: numbersSchema })),
  group: labelsSchema.optional(),
  slices: z.array(z.object({ name: z.string(), column: labelsSchema })),
  /** Absent in sets of before there were any, and where no example has one. */
  text: textsSchema.optional(),
});

export type Header = z.output<typeof headerSchema>;
export type Place = z.output<typeof placeSchema>;
export type TextsPlace = z.output<typeof textsSchema>;
export type NumbersPlace = z.output<typeof numbersSchema>;
export type LabelsPlace = z.output<typeof labelsSchema>;
export type ValuesPlace = z.output<typeof valuesSchema>;

/** Bytes before the columns. */
export function dataStart(headerBytes: number): number {
  return Math.ceil((PREAMBLE_BYTES + headerBytes) / 8) * 8;
}
