import {
  createConditionExports,
  createPermissionResourceRef,
  createPermissionRule,
} from '@backstage/plugin-permission-node';
import { z } from 'zod';
import { RESOURCE_TYPE_MODEL_PIPELINE } from '@model-ci/backstage-plugin-model-ci-common';

/** What the rules look at. */
export interface PipelineResource {
  ref: string;
  ownerRef: string;
}

/** A condition on the owner of a pipeline, as lists evaluate it. */
export interface OwnerCondition {
  ownerRefs: string[];
}

export const pipelineResourceRef = createPermissionResourceRef<
  PipelineResource,
  OwnerCondition
>().with({ pluginId: 'model-ci', resourceType: RESOURCE_TYPE_MODEL_PIPELINE });

/** Allows what one of the given entities owns. */
export const isOwner = createPermissionRule({
  name: 'IS_OWNER',
  description: 'Allow pipelines that one of these entities owns',
  resourceRef: pipelineResourceRef,
  paramsSchema: z.object({
    owners: z
      .array(z.string())
      .describe('Entity refs, such as the ownership entity refs of the user'),
  }),
  apply: ({ ownerRef }, { owners }) =>
    owners.some(owner => sameRef(owner, ownerRef)),
  toQuery: ({ owners }) => ({ ownerRefs: owners }),
});

/** Refs in conditions are written by people: `group:default/ML` is `group:default/ml`. */
export function sameRef(a: string, b: string): boolean {
  return a.toLocaleLowerCase('en-US') === b.toLocaleLowerCase('en-US');
}

export const modelPipelineRules = { isOwner };

const conditionExports = createConditionExports({
  resourceRef: pipelineResourceRef,
  rules: modelPipelineRules,
});

/**
 * For permission policies:
 * `createModelPipelineConditionalDecision(permission, modelPipelineConditions.isOwner({ owners }))`.
 */
export const modelPipelineConditions = conditionExports.conditions;

export const createModelPipelineConditionalDecision =
  conditionExports.createConditionalDecision;
