import { z } from 'zod';

export const PARAMETER_TYPES = [
  'string',
  'integer',
  'number',
  'boolean',
  'enum',
] as const;

const described = {
  /** What the form shows instead of the name. */
  title: z.string().optional(),
  description: z.string().optional(),
};

/** A parameter as runs keep it. Without `default`, whoever starts a run has to give a value. */
export const storedParameterSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('string'),
    ...described,
    default: z.string().optional(),
    maxLength: z.number(),
  }),
  z.object({
    type: z.enum(['integer', 'number']),
    ...described,
    default: z.number().optional(),
    min: z.number().optional(),
    max: z.number().optional(),
  }),
  z.object({
    type: z.literal('boolean'),
    ...described,
    default: z.boolean().optional(),
  }),
  z.object({
    type: z.literal('enum'),
    ...described,
    default: z.string().optional(),
    values: z.array(z.string()),
  }),
]);

export type ParameterDefinition = z.output<typeof storedParameterSchema>;
