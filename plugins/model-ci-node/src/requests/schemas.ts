import { z } from 'zod';

// Control characters have no business in names and filters, and PostgreSQL refuses NUL.
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/;
/** Half of a pair, which no URL and no file can hold. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** One line of text. */
export const textSchema = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine(value => !CONTROL.test(value) && !LONE_SURROGATE.test(value), {
      error: 'must have no control characters and no halves of characters',
    });

/** A whole number in a URL. */
export const countSchema = (min: number, max: number) =>
  z
    .string()
    .refine(
      text =>
        /^-?\d{1,16}$/.test(text) && Number(text) >= min && Number(text) <= max,
      { error: `must be a whole number from ${min} to ${max}` },
    )
    .transform(Number);
