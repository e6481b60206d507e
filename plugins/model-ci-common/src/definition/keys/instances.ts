import { z } from 'zod';

/** Instances that one run may have: each is rows, a log and a line of a table. Not configurable, so that a definition means the same in every portal. */
export const MAX_INSTANCES = 256;
/** As long as the value of a parameter may be: it is a part of keys, paths and lines of tables. */
const MAX_VALUE = 100;

const scalar = z.union(
  [
    z.number(),
    z.boolean(),
    z
      .string()
      .min(1, { error: 'is empty' })
      .max(MAX_VALUE, { error: `has more than ${MAX_VALUE} characters` })
      // eslint-disable-next-line no-control-regex
      .refine(value => !/[\x00-\x1f\x7f]/.test(value), {
        error: 'contains a control character',
      }),
  ],
  { error: 'must be a number, a text, or true or false' },
);

/** The keys of a stage that is executed several times in one run. */
export function instanceKeys({ name }: { name: z.ZodType<string, string> }) {
  return {
    matrix: z
      .record(
        name,
        z.array(scalar).min(1, { error: 'needs at least one value' }),
      )
      .refine(value => Object.keys(value).length > 0, {
        error: 'needs at least one parameter',
      })
      .optional()
      .meta({
        description: `Parameters with their values: the stage is executed once for each combination, which finds its values in PARAM_<NAME>. A run has at most ${MAX_INSTANCES} instances.`,
        examples: [{ learning_rate: [0.1, 0.01], depth: [2, 4] }],
      }),
  };
}
