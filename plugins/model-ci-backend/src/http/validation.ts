import {
  DEFAULT_NAMESPACE,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { z } from 'zod';
import {
  MAX_COMMENT_LENGTH,
  MAX_PAGE_ITEMS,
  MODEL_PIPELINE_KIND,
  STATUSES,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  countSchema,
  textSchema,
} from '@model-ci/backstage-plugin-model-ci-node';

/** Text of several lines. */
export const commentSchema = z
  .string()
  .max(MAX_COMMENT_LENGTH)
  .refine(value => !value.includes('\0'), {
    error: 'must have no NUL characters',
  });

export const pageShape = {
  cursor: z.string().min(1).max(2000).optional(),
  limit: countSchema(1, MAX_PAGE_ITEMS).default(20),
};

/** `?status=a&status=b` and `?status=a,b` alike. */
export function listSchema<T>(item: z.ZodType<T, string>, max = 100) {
  return z
    .union([z.string(), z.array(z.string())])
    .transform(value => [value].flat().flatMap(text => text.split(',')))
    .pipe(z.array(item).min(1).max(max));
}

/** Which pipelines a list holds, or the runs or deployments of which. `owner` may be `mine`: the caller and their groups. */
export const pipelineFilterShape = {
  owner: listSchema(textSchema(255))
    .transform(refs => refs.map(ref => ref.toLocaleLowerCase('en-US')))
    .optional(),
  q: textSchema(200).optional(),
};

/** Rejects a filter of pipelines beside the name of one, which it would silently not narrow. */
export function refuseFilterOfOne(
  query: { pipeline?: string; owner?: string[]; q?: string },
  context: z.RefinementCtx,
): void {
  if (query.pipeline && (query.owner || query.q)) {
    context.addIssue({
      code: 'custom',
      path: ['pipeline'],
      message: 'must stand alone, without owner and q',
    });
  }
}

export const statusesSchema = listSchema(z.enum(STATUSES)).optional();

export const idSchema = z.string().regex(/^[\w-]{1,64}$/, {
  error: `must be an id: up to 64 letters, digits, '-' and '_'`,
});

export const commitSchema = z
  .string()
  .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, {
    error:
      'must be the whole name of a commit: 40 or 64 hexadecimal digits in lower case',
  });

export const stageSchema = z.string().regex(/^[\w-]{1,63}$/, {
  error: `must be the name of a stage: up to 63 letters, digits, '-' and '_'`,
});

/** Longer than any key of an instance. */
const MAX_STAGE_KEY = 300;

/** A stage, or one of its instances: `train` or `train[depth=2]`. */
export const stageKeySchema = z
  .string()
  .max(MAX_STAGE_KEY)
  .regex(/^[\w-]{1,63}(?:\[[\w.+%=,-]+\])?$/, {
    error: `must be a stage, such as train, or one of its instances, such as train[depth=2]`,
  });

export const environmentSchema = z.string().regex(/^[\w-]{1,63}$/, {
  error: `must be the name of an environment: up to 63 letters, digits, '-' and '_'`,
});

/** A node in a URL: executors take their names from configuration, and clusters give their own. */
export const nodeNameSchema = z.string().regex(/^[\w.:@-]{1,253}$/, {
  error: `must be the name of a node: up to 253 letters, digits, '-', '_', '.', ':' and '@'`,
});

const nameSchema = z.string().regex(/^[A-Za-z0-9_.-]{1,63}$/, {
  error: `must be as in the catalog: up to 63 letters, digits, '-', '_' and '.'`,
});

export const timeSchema = z.iso
  .datetime({
    offset: true,
    error: 'must be an ISO 8601 time such as 2026-01-31T12:00:00Z',
  })
  .transform(time => new Date(time).toISOString());

export const digestSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/, {
  error: 'must be a digest: sha256: and 64 hexadecimal digits',
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
    {
      error:
        'must be the entity ref of a ModelPipeline, such as modelpipeline:default/house-price',
    },
  )
  .transform(ref => {
    const [name, namespace] = ref
      .replace(/^modelpipeline:/i, '')
      .split('/')
      .reverse();
    return toPipelineRef({ namespace: namespace ?? DEFAULT_NAMESPACE, name });
  });

/** The largest that the database has room for. */
const MAX_VERSION = 2 ** 31 - 1;

/** A version in a URL. */
export const versionSchema = countSchema(1, MAX_VERSION);

/** A version in a body. */
export const versionNumberSchema = z.number().int().min(1).max(MAX_VERSION);
