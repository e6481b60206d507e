import { InputError } from '@backstage/errors';
import {
  DEFAULT_NAMESPACE,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { z } from 'zod';
import {
  MODEL_PIPELINE_KIND,
  STATUSES,
} from '@model-ci/backstage-plugin-model-ci-common';

/** Parses what came in a request; a mistake is an InputError that names the fields. */
export function parse<T>(
  schema: z.ZodType<T>,
  value: unknown,
  where: 'path' | 'query' | 'body',
): T {
  const result = schema.safeParse(value);
  if (!result.success) {
    const mistakes = result.error.issues.map(issue => {
      const field = issue.path.join('.');
      return field ? `'${field}': ${issue.message}` : issue.message;
    });
    throw new InputError(`Mistake in the ${where}: ${mistakes.join('; ')}`);
  }
  return result.data;
}

// Control characters have no business in any of these, and PostgreSQL refuses NUL.
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/;

export const textSchema = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine(value => !CONTROL.test(value), {
      error: 'contains a control character',
    });

/** As {@link textSchema}, of several lines. */
export const commentSchema = z
  .string()
  .max(2000)
  .refine(value => !value.includes('\0'), {
    error: 'contains a NUL character',
  });

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^-?\d{1,15}$/, { error: 'must be a whole number' })
    .transform(Number)
    .pipe(z.number().int().min(min).max(max));

export const countSchema = wholeNumber;

export const pageShape = {
  cursor: z.string().min(1).max(2000).optional(),
  limit: wholeNumber(1, 100).default(20),
};

/** `?status=a&status=b` and `?status=a,b` alike. */
export function listSchema<T>(item: z.ZodType<T, string>) {
  return z
    .union([z.string(), z.array(z.string()).max(100)])
    .transform(value => [value].flat().flatMap(text => text.split(',')))
    .pipe(z.array(item).min(1).max(100));
}

export const statusesSchema = listSchema(z.enum(STATUSES)).optional();

export const idSchema = z
  .string()
  .regex(/^[\w-]{1,64}$/, { error: 'is not an id' });

export const stageSchema = z
  .string()
  .regex(/^[\w-]{1,63}$/, { error: 'is not the name of a stage' });

export const environmentSchema = z
  .string()
  .regex(/^[\w-]{1,63}$/, { error: 'is not the name of an environment' });

const nameSchema = z.string().regex(/^[A-Za-z0-9_.-]{1,63}$/, {
  error: 'is not the name of a catalog entity',
});

/** Path of a pipeline, as its entity ref. */
export const pipelinePathShape = { namespace: nameSchema, name: nameSchema };

export function toPipelineRef(path: { namespace: string; name: string }) {
  return stringifyEntityRef({ kind: MODEL_PIPELINE_KIND, ...path });
}

/** A pipeline in a query: `modelpipeline:default/house-price`, or without its kind or namespace. */
export const pipelineRefSchema = z
  .string()
  .regex(
    /^(?:modelpipeline:)?(?:[A-Za-z0-9_.-]{1,63}\/)?[A-Za-z0-9_.-]{1,63}$/i,
    { error: 'is not the entity ref of a ModelPipeline' },
  )
  .transform(ref => {
    const [name, namespace] = ref
      .replace(/^modelpipeline:/i, '')
      .split('/')
      .reverse();
    return toPipelineRef({ namespace: namespace ?? DEFAULT_NAMESPACE, name });
  });

export const versionSchema = wholeNumber(1, 2 ** 31 - 1);
