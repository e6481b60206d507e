import {
  createConditionExports,
  createPermissionResourceRef,
  createPermissionRule,
} from '@backstage/plugin-permission-node';
import { RESOURCE_TYPE_GIT_REPOSITORY } from '@model-ci/backstage-plugin-model-ci-common';
import { z } from 'zod';
import type { RepositoryFilter } from '../database/operations/repositories/listRepositories';
import type { RepositoryRow } from '../database/tables';

/** What permission rules see of a repository. */
export const gitRepositoryResourceRef = createPermissionResourceRef<
  RepositoryRow,
  RepositoryFilter
>().with({
  pluginId: 'model-ci-git',
  resourceType: RESOURCE_TYPE_GIT_REPOSITORY,
});

/** Matches repositories owned by one of the given users and groups. */
export const isGitRepositoryOwner = createPermissionRule({
  name: 'IS_OWNER',
  description: 'Repositories owned by one of the given users and groups',
  resourceRef: gitRepositoryResourceRef,
  paramsSchema: z.object({
    claims: z
      .array(z.string())
      .describe('Entity refs, as a user owns them, to match the owner with'),
  }),
  apply: (repository, { claims }) => claims.includes(repository.owner_ref),
  toQuery: ({ claims }) => ({ ownerRefs: claims }),
});

export const gitRepositoryRules = { isOwner: isGitRepositoryOwner };

const exported = createConditionExports({
  resourceRef: gitRepositoryResourceRef,
  rules: gitRepositoryRules,
});

/** For permission policies. */
export const gitRepositoryConditions = exported.conditions;
/** For permission policies. */
export const createGitRepositoryConditionalDecision =
  exported.createConditionalDecision;
