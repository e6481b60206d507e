import type { Config } from '@backstage/config';
import {
  EXECUTOR_NAME_PATTERN,
  type Environment,
} from '@model-ci/backstage-plugin-model-ci-common';
import { z } from 'zod';

/** An environment of app-config. */
export interface ConfiguredEnvironment extends Environment {
  executor: string;
  /** Offered only while its executor has a node for it. */
  optional: boolean;
}

const KEY = 'modelCi.environments';

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
});

/** Reads `modelCi.environments`; a mistake stops start-up and names its key. */
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
            environmentSchema.shape,
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
