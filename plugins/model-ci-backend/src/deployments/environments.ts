import type { Config } from '@backstage/config';
import {
  EXECUTOR_NAME_PATTERN,
  type Environment,
} from '@model-ci/backstage-plugin-model-ci-common';
import { z } from 'zod';
import type { Protection } from './protection';

/** An environment of app-config. */
export interface ConfiguredEnvironment extends Environment {
  executor: string;
  /** Offered only while its executor has a node for it. */
  optional: boolean;
  /** Who and what may be deployed there; anything without it. */
  protection?: Protection;
}

const KEY = 'modelCi.environments';

/** An empty list would let nobody in, which nobody means. */
const someOf = (item: z.ZodString) =>
  z.array(item).min(1, 'must not be empty; leave it out to allow all');

const refSchema = z
  .string()
  .regex(
    /^[a-z0-9._-]+:\S+$/i,
    'must be a full entity ref such as group:default/ml, or the subject of a service',
  );

const protectionSchema = z.strictObject({
  deployers: someOf(refSchema).optional(),
  branches: someOf(z.string().min(1, 'must not be empty')).optional(),
  pipelines: someOf(refSchema).optional(),
});

const environmentSchema = z.strictObject({
  name: z
    .string()
    .max(63, 'must have at most 63 characters')
    .regex(
      /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
      'must consist of lower case letters, digits and hyphens, as it becomes part of URLs',
    ),
  title: z.string().min(1, 'must not be empty').optional(),
  description: z.string().optional(),
  executor: z
    .string()
    .regex(EXECUTOR_NAME_PATTERN, 'must be the name of an executor'),
  node: z.string().min(1, 'must not be empty').optional(),
  optional: z.boolean().default(false),
  protection: protectionSchema.optional(),
});

/** Reads `modelCi.environments`; an error stops start-up and names its key. */
export function readEnvironments(config: Config): ConfiguredEnvironment[] {
  const parsed = z
    .array(environmentSchema)
    .safeParse(config.getOptional(KEY) ?? [], { reportInput: true });
  if (!parsed.success) {
    throw new Error(
      `Invalid configuration: ${parsed.error.issues
        .map(describeIssue)
        .join('; ')}`,
    );
  }
  const seen = new Map<string, number>();
  return parsed.data.map((environment, index) => {
    const other = seen.get(environment.name);
    if (other !== undefined) {
      throw new Error(
        `Invalid configuration: ${KEY}[${index}].name is '${environment.name}' like ${KEY}[${other}].name; give each environment a name of its own`,
      );
    }
    seen.set(environment.name, index);
    return { ...environment, title: environment.title ?? environment.name };
  });
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const key = issue.path.reduce<string>(
    (path, part) =>
      typeof part === 'number' ? `${path}[${part}]` : `${path}.${String(part)}`,
    KEY,
  );
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .map(
        unknown =>
          `${key}.${unknown} is not known; known are ${Object.keys(
            issue.path.includes('protection')
              ? protectionSchema.shape
              : environmentSchema.shape,
          ).join(', ')}`,
      )
      .join('; ');
  }
  if (issue.code === 'invalid_type') {
    return issue.input === undefined
      ? `${key} is missing`
      : `${key} must be ${article(issue.expected)}`;
  }
  return `${key} ${issue.message}`;
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}
