import { createRouteRef, createSubRouteRef } from '@backstage/core-plugin-api';

/** All repositories, at `/git`. */
export const rootRouteRef = createRouteRef({ id: 'model-ci-git' });

/** The user's tokens, at `/git/tokens`. */
export const tokensRouteRef = createSubRouteRef({
  id: 'model-ci-git.tokens',
  parent: rootRouteRef,
  path: '/tokens',
});

/** One repository, at `/git/repositories/:name`. */
export const repositoryRouteRef = createSubRouteRef({
  id: 'model-ci-git.repository',
  parent: rootRouteRef,
  path: '/repositories/:name',
});

/** One pull request of a repository, at `/git/repositories/:name/pull-requests/:number`. */
export const pullRequestRouteRef = createSubRouteRef({
  id: 'model-ci-git.pull-request',
  parent: rootRouteRef,
  path: '/repositories/:name/pull-requests/:number',
});
