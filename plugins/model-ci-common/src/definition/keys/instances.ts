import { z } from 'zod';
import { ruleText } from '../ruleText';

/** Instances that one run may have: each is rows, a log and a line of a table. Not configurable, so that a definition means the same in every portal. */
export const MAX_INSTANCES = 256;
/** All are compared with each other. */
const MAX_ENVIRONMENTS = 16;
/** Two show the noise; more make the picture of it surer, and cost as much again each. */
const MAX_REPEAT = 10;
/** As long as the value of a parameter may be: it is a part of keys, paths and lines of tables. */
const MAX_VALUE = 100;

const scalar = z.union(
  [
    z.number(),
    z.boolean(),
    z
      .string()
      .min(1)
      .max(MAX_VALUE)
      // eslint-disable-next-line no-control-regex
      .refine(value => !/[\x00-\x1f\x7f]/.test(value), {
        error: ruleText('definition.controlCharacter'),
      }),
  ],
  { error: ruleText('definition.mustBeScalar') },
);

/** The keys of a stage that is executed several times in one run. */
export function instanceKeys<
  TEnvironment extends Record<string, z.ZodType>,
>(parts: {
  name: z.ZodType<string, string>;
  metric: z.ZodType<string, string>;
  /** What an environment may say otherwise than the stage. */
  environment: TEnvironment;
}) {
  const { name, metric } = parts;
  return {
    matrix: z
      .record(name, z.array(scalar).min(1))
      .refine(value => Object.keys(value).length > 0, {
        error: ruleText('definition.noParameters'),
      })
      .optional()
      .meta({
        description: `Parameters with their values: the stage is executed once for each combination, which finds its values in PARAM_<NAME>. A run has at most ${MAX_INSTANCES} instances.`,
        examples: [{ learning_rate: [0.1, 0.01], depth: [2, 4] }],
      }),
    select: z
      .strictObject({
        metric: metric.meta({
          description: 'Metric that each instance reports.',
          examples: ['val_rmse'],
        }),
        dataset: name.optional().meta({
          description: 'Data set that the metric was measured on.',
        }),
        goal: z.enum(['minimize', 'maximize']).meta({
          description: 'Which value is the best one.',
        }),
      })
      .optional()
      .meta({
        description:
          'Chooses the instance of the matrix with the best metric, of several the first: only its artifacts go on. Others may fail.',
        examples: [{ metric: 'val_rmse', goal: 'minimize' }],
      }),
    on: z
      .record(name, z.strictObject(parts.environment))
      .refine(value => Object.keys(value).length > 0, {
        error: ruleText('definition.noEnvironments'),
      })
      .refine(value => Object.keys(value).length <= MAX_ENVIRONMENTS, {
        error: ruleText('definition.tooManyEnvironments', {
          max: MAX_ENVIRONMENTS,
        }),
      })
      .optional()
      .meta({
        description:
          'Environments by name: the stage is executed in each of them, with what the environment says otherwise.',
        examples: [{ 'site-a': { nodeSelector: { site: 'a' } }, 'site-b': {} }],
      }),
    repeat: z
      .int()
      .min(1)
      .max(MAX_REPEAT)
      .optional()
      .meta({
        description:
          'How often the stage is executed in each environment; how far the repetitions lie apart is the noise floor.',
        default: 1,
        examples: [2],
      }),
    parity: z
      .strictObject({
        reference: name.meta({
          description: 'Environment that the others are compared with.',
          examples: ['site-a'],
        }),
      })
      .optional()
      .meta({
        description:
          'Compares the predictions of the environments. Gates on parity.d, parity.mean, parity.max, parity.p99 and parity.changed judge it.',
        examples: [{ reference: 'site-a' }],
      }),
  };
}
