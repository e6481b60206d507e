import {
  KubernetesValidatorFunctions,
  parseEntityRef,
} from '@backstage/catalog-model';
import { toError } from '@backstage/errors';
import { MODEL_PIPELINE_API_VERSION } from '@model-ci/backstage-plugin-model-ci-common';
import { z } from 'zod';

/** An entity ref as an author writes it; parts that are left out have defaults. */
function entityRef(options: { defaultKind?: string; onlyKind?: string }) {
  return z.string({ error: describeText }).superRefine((value, context) => {
    try {
      const { kind, namespace, name } = parseEntityRef(value, {
        defaultKind: options.defaultKind,
        defaultNamespace: 'default',
      });
      const { onlyKind } = options;
      // Taking a ref apart does not look at its parts.
      if (
        !/^[a-zA-Z][a-zA-Z0-9]*$/.test(kind) ||
        !KubernetesValidatorFunctions.isValidNamespace(namespace) ||
        !KubernetesValidatorFunctions.isValidObjectName(name)
      ) {
        context.addIssue({
          code: 'custom',
          message: `is no entity ref: ${JSON.stringify(
            value,
          )}; write [kind:][namespace/]name`,
        });
        return;
      }
      if (onlyKind && kind.toLocaleLowerCase('en-US') !== onlyKind) {
        context.addIssue({
          code: 'custom',
          message: `must be of kind ${onlyKind}, but ${JSON.stringify(
            value,
          )} is of kind ${kind}`,
        });
      }
    } catch (error) {
      context.addIssue({
        code: 'custom',
        message: `is no entity ref: ${toError(error).message}`,
      });
    }
  });
}

function describeText(issue: { input?: unknown }): string {
  return issue.input === undefined || issue.input === null
    ? 'is required'
    : 'must be text';
}

/** What a `ModelPipeline` adds to every entity. `spec.definition` has checks of its own. */
export const modelPipelineSchema = z.looseObject({
  apiVersion: z.literal(MODEL_PIPELINE_API_VERSION, {
    error: `must be ${MODEL_PIPELINE_API_VERSION}`,
  }),
  spec: z.strictObject(
    {
      type: z.enum(['training', 'fine-tuning', 'evaluation'], {
        error: 'must be training, fine-tuning or evaluation',
      }),
      lifecycle: z
        .string({ error: describeText })
        .min(1, { error: 'is empty; write for example experimental' }),
      owner: entityRef({ defaultKind: 'group' }),
      system: entityRef({
        defaultKind: 'system',
        onlyKind: 'system',
      }).optional(),
      model: entityRef({ defaultKind: 'component', onlyKind: 'component' }),
      dependsOn: z
        .array(entityRef({}), { error: 'must be a list of entity refs' })
        .optional(),
      definition: z.unknown(),
    },
    {
      error: issue =>
        issue.code === 'unrecognized_keys'
          ? `has unknown keys: ${issue.keys.join(
              ', ',
            )}; known are type, lifecycle, owner, system, model, dependsOn and definition`
          : 'must be a mapping',
    },
  ),
});

export type ModelPipelineInput = z.infer<typeof modelPipelineSchema>;
