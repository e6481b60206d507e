import { createPermission } from '@backstage/plugin-permission-common';

/** Resource type that the rules of the git host's permissions speak about. */
export const RESOURCE_TYPE_GIT_REPOSITORY = 'model-ci-git-repository';

/** Create a repository. */
export const gitRepositoryCreatePermission = createPermission({
  name: 'model-ci-git.repository.create',
  attributes: { action: 'create' },
});

/** See a repository in the portal. */
export const gitRepositoryReadPermission = createPermission({
  name: 'model-ci-git.repository.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_GIT_REPOSITORY,
});

/** Commit to a repository from the portal. Whoever commits also has to belong to its owner. */
export const gitRepositoryWritePermission = createPermission({
  name: 'model-ci-git.repository.write',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_GIT_REPOSITORY,
});

/** Merge a pull request though its runs did not succeed. */
export const gitRepositoryBypassPermission = createPermission({
  name: 'model-ci-git.repository.bypass',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_GIT_REPOSITORY,
});

/** Make a token, and with it clone, fetch and push with git. */
export const gitTokenCreatePermission = createPermission({
  name: 'model-ci-git.token.create',
  attributes: { action: 'create' },
});

export const modelCiGitPermissions = [
  gitRepositoryCreatePermission,
  gitRepositoryReadPermission,
  gitRepositoryWritePermission,
  gitRepositoryBypassPermission,
  gitTokenCreatePermission,
];
