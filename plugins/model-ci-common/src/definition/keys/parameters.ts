import { z } from 'zod';
import { ruleText } from '../ruleText';
import {
  PARAMETER_TYPES,
  storedParameterSchema,
  type ParameterDefinition,
} from './storedParameters';

/** A form with more is none that anybody fills in. */
export const MAX_PARAMETERS = 32;
/** As many choices as a list has room for. */
const MAX_CHOICES = 100;
/** Characters of a choice: it is shown in a line. */
const MAX_CHOICE = 100;
const MAX_TITLE = 100;
const MAX_DESCRIPTION = 500;
/** Characters of any text: it becomes an environment variable and a line of a page. */
export const MAX_PARAMETER_TEXT = 1_000;

const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    // eslint-disable-next-line no-control-regex
    .refine(value => !/[\x00-\x1f\x7f]/.test(value), {
      error: ruleText('definition.controlCharacter'),
    });

const parameter = z
  .strictObject({
    type: z.enum(PARAMETER_TYPES).meta({ description: 'What its values are.' }),
    title: line(MAX_TITLE)
      .optional()
      .meta({
        description: 'What the form shows instead of the name.',
        examples: ['Passes over the data'],
      }),
    description: line(MAX_DESCRIPTION).optional().meta({
      description: 'What the form shows below the field.',
    }),
    default: z
      .union([z.string(), z.number(), z.boolean()], {
        error: ruleText('definition.mustBeScalar'),
      })
      .optional()
      .meta({
        description:
          'Value where nobody gives one. Without it, whoever starts a run has to.',
        examples: [10],
      }),
    min: z.number().optional().meta({
      description: 'Smallest value of an integer or a number.',
    }),
    max: z.number().optional().meta({
      description: 'Largest value of an integer or a number.',
    }),
    maxLength: z.int().min(1).max(MAX_PARAMETER_TEXT).optional().meta({
      description: 'Characters that a string may have.',
      default: MAX_PARAMETER_TEXT,
    }),
    values: z
      .array(line(MAX_CHOICE))
      .min(1)
      .max(MAX_CHOICES)
      .optional()
      .meta({
        description: 'What can be chosen of an enum.',
        examples: [['small', 'large']],
      }),
  })
  .meta({ description: 'A value that is given when a run is started.' });

/** The top level's key. */
export function parametersKey(name: z.ZodType<string, string>) {
  return z
    .record(name, parameter)
    .refine(value => Object.keys(value).length <= MAX_PARAMETERS, {
      error: ruleText('definition.tooManyEntries', { max: MAX_PARAMETERS }),
    })
    .optional()
    .meta({
      description:
        'Values that are given when a run is started, by name. Every stage finds them in PARAM_<NAME>. They are shown to everybody who sees the run: never a secret.',
      examples: [
        { epochs: { type: 'integer', default: 10, min: 1, max: 100 } },
      ],
    });
}

/** As runs keep them. */
export function normalizeParameters(
  written: Record<string, z.infer<typeof parameter>> | undefined,
): { parameters?: Record<string, ParameterDefinition> } {
  return written
    ? {
        parameters: Object.fromEntries(
          Object.entries(written).map(([name, own]) => [
            name,
            storedParameterSchema.parse({
              maxLength: MAX_PARAMETER_TEXT,
              ...own,
            }),
          ]),
        ),
      }
    : {};
}
