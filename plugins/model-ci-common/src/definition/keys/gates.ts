import { z } from 'zod';
import { ruleText } from '../ruleText';

/** Aliases, environments, `previous`, and numbers of versions in quotes. */
const BASELINE_PATTERN =
  /^(?:[a-z](?:[a-z0-9_-]{0,61}[a-z0-9])?|[1-9]\d{0,8})$/;
const BASELINE_RULE = ruleText('definition.mustBeBaseline');

/** Keys of stages about gates. `name` and `text` are what all names and texts of the file must be. */
export function createGateKeys(parts: {
  name: z.ZodType<string>;
  text(max: number): z.ZodType<string>;
  duration: z.ZodType<string>;
  durationMeta: { pattern: string; examples: string[] };
  maxEntries: number;
}) {
  const { name, text, maxEntries } = parts;
  const gate = z
    .strictObject({
      metric: text(200).meta({
        description:
          "Name of a metric in the stage's metrics report, or of one that is computed from its predictions.",
        examples: ['rmse'],
      }),
      dataset: name.optional().meta({
        description: 'Data set that the metric was measured on.',
      }),
      min: z.number().optional().meta({ description: 'Lowest value to pass.' }),
      max: z
        .number()
        .optional()
        .meta({ description: 'Highest value to pass.' }),
      confidence: z
        .number()
        .min(0.5)
        .max(0.9999)
        .optional()
        .meta({
          description:
            'Probability with which all verdicts of the stage hold; the interval must clear the limit. 0.95 for a baseline, if absent.',
          examples: [0.95],
        }),
      baseline: z
        .union(
          [
            z.int().min(1, { error: BASELINE_RULE }),
            z.string().regex(BASELINE_PATTERN, { error: BASELINE_RULE }),
          ],
          { error: BASELINE_RULE },
        )
        .optional()
        .meta({
          description:
            'What it is compared with, example by example: an alias, an environment, the number of a version, or previous.',
          examples: ['champion'],
        }),
      margin: z
        .number()
        .min(0)
        .optional()
        .meta({
          description: 'How much worse than the baseline it may be.',
          default: 0,
          examples: [0.01],
        }),
      slices: text(200)
        .optional()
        .meta({
          description:
            'Judges each value of this slice of the predictions on its own.',
          examples: ['age'],
        }),
    })
    .meta({
      description:
        'Fails the stage if a metric is below min, above max, missing, or worse than the baseline.',
      examples: [{ metric: 'rmse', max: 30 }],
    });
  return {
    gates: z.array(gate).max(maxEntries).optional().meta({
      description: 'Rules that the metrics of this stage must keep.',
    }),
    inconclusive: z.enum(['ask', 'fail', 'pass']).optional().meta({
      description:
        'What becomes of the stage if a gate can neither pass nor fail: wait for a person, fail, or go on.',
      default: 'fail',
    }),
    decisionTimeout: parts.duration.optional().meta({
      ...parts.durationMeta,
      description:
        'Time after which a stage that waits for a person is stopped; it waits for ever if absent.',
    }),
  };
}

/** As many characters as a label of DNS has; {@link ALIAS_PATTERN} says so, too. */
export const MAX_ALIAS_LENGTH = 63;

/** The name of an alias. */
export const ALIAS_PATTERN = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The name that an alias is given, wherever that is; its errors are reasons. */
export const aliasSchema = z
  .string()
  .regex(ALIAS_PATTERN, { error: ruleText('definition.mustBeAlias') })
  .refine(alias => alias !== 'previous', {
    error: ruleText('definition.aliasPrevious'),
  });

/** The key of a pipeline about what its successful runs become. */
export const promoteKey = z
  .strictObject({
    alias: aliasSchema.meta({
      description: 'Alias that the version of a successful run is given.',
      examples: ['champion'],
    }),
  })
  .optional()
  .meta({
    description: 'What a version is given when its run has succeeded.',
  });
