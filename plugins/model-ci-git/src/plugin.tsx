import StorageIcon from '@material-ui/icons/Storage';
import {
  ApiBlueprint,
  createFrontendPlugin,
  discoveryApiRef,
  fetchApiRef,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';
import {
  createFormField,
  FormFieldBlueprint,
} from '@backstage/plugin-scaffolder-react/alpha';
import { GitHostClient } from '@model-ci/backstage-plugin-model-ci-common';
import { gitHostApiRef } from './api';
import {
  pullRequestRouteRef,
  repositoryRouteRef,
  rootRouteRef,
  tokensRouteRef,
} from './routes';

const icon = <StorageIcon fontSize="inherit" />;

const gitHostApi = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: gitHostApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: apis => new GitHostClient(apis),
    }),
});

const gitPage = PageBlueprint.make({
  params: {
    path: '/git',
    title: 'Git',
    icon,
    routeRef: rootRouteRef,
    // The page draws the same header itself, with translated texts.
    noHeader: true,
    loader: () =>
      import('./components/GitPage').then(m => <m.GitPage frame="new" />),
  },
});

const projectNameField = FormFieldBlueprint.make({
  name: 'project-name',
  params: {
    field: async () =>
      createFormField(
        (await import('./components/ProjectName')).projectNameField,
      ),
  },
});

/**
 * Repositories and tokens of the embedded git host, for apps of the new frontend system.
 *
 * @public
 */
export const modelCiGitPlugin = createFrontendPlugin({
  pluginId: 'model-ci-git',
  title: 'Git',
  icon,
  info: { packageJson: () => import('../package.json') },
  routes: {
    root: rootRouteRef,
    tokens: tokensRouteRef,
    repository: repositoryRouteRef,
    pullRequest: pullRequestRouteRef,
  },
  extensions: [gitHostApi, gitPage, projectNameField],
});
