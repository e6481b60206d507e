/**
 * The git host for apps of the old frontend system (`createApp` of `@backstage/app-defaults`).
 *
 * @packageDocumentation
 */
import {
  createApiFactory,
  createPlugin,
  createRoutableExtension,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import { createScaffolderFieldExtension } from '@backstage/plugin-scaffolder-react';
import { GitHostClient } from '@model-ci/backstage-plugin-model-ci-common';
import { gitHostApiRef } from './api';
import { projectNameField } from './components/ProjectName';
import {
  pullRequestRouteRef,
  repositoryRouteRef,
  rootRouteRef,
  tokensRouteRef,
} from './routes';

export { gitHostApiRef } from './api';
export { gitHostTranslationRef } from './translation';

/** The plugin of the old frontend system. */
export const modelCiGitPlugin = createPlugin({
  id: 'model-ci-git',
  apis: [
    createApiFactory({
      api: gitHostApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: apis => new GitHostClient(apis),
    }),
  ],
  routes: {
    root: rootRouteRef,
    tokens: tokensRouteRef,
    repository: repositoryRouteRef,
    pullRequest: pullRequestRouteRef,
  },
});

/** Everything below `/git`: repositories and tokens. */
export const GitPage = modelCiGitPlugin.provide(
  createRoutableExtension({
    name: 'GitPage',
    component: () => import('./components/GitPage').then(m => m.GitPage),
    mountPoint: rootRouteRef,
  }),
);

/** Field `ModelProjectName` of templates, to be put into `ScaffolderFieldExtensions`. */
export const ProjectNameFieldExtension = modelCiGitPlugin.provide(
  createScaffolderFieldExtension(projectNameField),
);
