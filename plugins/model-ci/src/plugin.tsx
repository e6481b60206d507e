import AccountTreeIcon from '@material-ui/icons/AccountTree';
import {
  ApiBlueprint,
  createFrontendPlugin,
  discoveryApiRef,
  fetchApiRef,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';
import {
  EntityCardBlueprint,
  EntityContentBlueprint,
} from '@backstage/plugin-catalog-react/alpha';
import { ModelCiClient } from '@model-ci/backstage-plugin-model-ci-common';
import { modelCiApiRef } from './api';
import { isModelPipelineAvailable } from './pipelineRefs';
import {
  createProjectRouteRef,
  nodesRouteRef,
  rootRouteRef,
  runRouteRef,
} from './routes';

const icon = <AccountTreeIcon fontSize="inherit" />;

const modelCiApi = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: modelCiApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: apis => new ModelCiClient(apis),
    }),
});

const modelCiPage = PageBlueprint.make({
  params: {
    path: '/model-ci',
    title: 'Model pipelines',
    icon,
    routeRef: rootRouteRef,
    // The page draws the same header itself, with translated texts.
    noHeader: true,
    loader: () =>
      import('./components/ModelCiPage').then(m => (
        <m.ModelCiPage frame="new" />
      )),
  },
});

const overviewCard = EntityCardBlueprint.make({
  name: 'overview',
  params: {
    type: 'content',
    filter: isModelPipelineAvailable,
    loader: () =>
      import('./components/entity').then(m => <m.EntityModelPipelineCard />),
  },
});

const runsContent = EntityContentBlueprint.make({
  name: 'runs',
  params: {
    path: '/runs',
    title: 'Runs',
    filter: isModelPipelineAvailable,
    loader: () =>
      import('./components/entity').then(m => <m.EntityModelRunsContent />),
  },
});

const evaluationsContent = EntityContentBlueprint.make({
  name: 'evaluations',
  params: {
    path: '/evaluations',
    title: 'Evaluations',
    filter: isModelPipelineAvailable,
    loader: () =>
      import('./components/entity').then(m => (
        <m.EntityModelEvaluationsContent />
      )),
  },
});

const deploymentsContent = EntityContentBlueprint.make({
  name: 'deployments',
  params: {
    path: '/deployments',
    title: 'Deployments',
    filter: isModelPipelineAvailable,
    loader: () =>
      import('./components/entity').then(m => (
        <m.EntityModelDeploymentsContent />
      )),
  },
});

/**
 * Model CI for apps of the new frontend system.
 *
 * @public
 */
export const modelCiPlugin = createFrontendPlugin({
  pluginId: 'model-ci',
  title: 'Model pipelines',
  icon,
  info: { packageJson: () => import('../package.json') },
  routes: {
    root: rootRouteRef,
    run: runRouteRef,
    nodes: nodesRouteRef,
  },
  externalRoutes: { createProject: createProjectRouteRef },
  extensions: [
    modelCiApi,
    modelCiPage,
    overviewCard,
    runsContent,
    evaluationsContent,
    deploymentsContent,
  ],
});
