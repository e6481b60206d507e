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
import type { RendererProps } from '@backstage/plugin-home-react';
import { HomePageWidgetBlueprint } from '@backstage/plugin-home-react/alpha';
import { ModelCiClient } from '@model-ci/backstage-plugin-model-ci-common';
import { modelCiApiRef } from './api';
import { homeMessages as messages } from './messages/home';
import { isModelPipelineAvailable } from './pipelineRefs';
import {
  createProjectRouteRef,
  importRouteRef,
  nodesRouteRef,
  registerRouteRef,
  rootRouteRef,
  runRouteRef,
  runsRouteRef,
  versionRouteRef,
} from './routes';
import { titleAtStart } from './titles';

const icon = <AccountTreeIcon fontSize="inherit" />;

const modelCiApi = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: modelCiApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: apis => new ModelCiClient(apis),
    }),
});

const modelCiPage = PageBlueprint.makeWithOverrides({
  factory: (originalFactory, { apis }) =>
    originalFactory({
      path: '/model-ci',
      title: titleAtStart(apis, 'app.title'),
      icon,
      routeRef: rootRouteRef,
      // The page draws the same header itself, in the language of the moment.
      noHeader: true,
      loader: () =>
        import('./components/ModelCiPage').then(m => (
          <m.ModelCiPage frame="new" />
        )),
    }),
});

/** The cards bring their own frames, with titles in the user's language. */
const Unframed = ({ Content }: RendererProps) => <Content />;

const myPipelinesWidget = HomePageWidgetBlueprint.make({
  name: 'my-pipelines',
  params: {
    name: 'MyModelPipelines',
    title: messages['home.mine.title'],
    components: () =>
      import('./components/Home').then(m => ({
        Content: m.MyPipelines,
        Renderer: Unframed,
      })),
  },
});

const firstStepsWidget = HomePageWidgetBlueprint.make({
  name: 'first-steps',
  params: {
    name: 'ModelCiFirstSteps',
    title: messages['home.steps.title'],
    components: () =>
      import('./components/Home').then(m => ({
        Content: m.FirstSteps,
        Renderer: Unframed,
      })),
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

const runsContent = EntityContentBlueprint.makeWithOverrides({
  name: 'runs',
  factory: (originalFactory, { apis }) =>
    originalFactory({
      path: '/runs',
      title: titleAtStart(apis, 'runs.title'),
      filter: isModelPipelineAvailable,
      loader: () =>
        import('./components/entity').then(m => <m.EntityModelRunsContent />),
    }),
});

const evaluationsContent = EntityContentBlueprint.makeWithOverrides({
  name: 'evaluations',
  factory: (originalFactory, { apis }) =>
    originalFactory({
      path: '/evaluations',
      title: titleAtStart(apis, 'evaluations.title'),
      filter: isModelPipelineAvailable,
      loader: () =>
        import('./components/entity').then(m => (
          <m.EntityModelEvaluationsContent />
        )),
    }),
});

const deploymentsContent = EntityContentBlueprint.makeWithOverrides({
  name: 'deployments',
  factory: (originalFactory, { apis }) =>
    originalFactory({
      path: '/deployments',
      title: titleAtStart(apis, 'deployments.title'),
      filter: isModelPipelineAvailable,
      loader: () =>
        import('./components/entity').then(m => (
          <m.EntityModelDeploymentsContent />
        )),
    }),
});

const settingsContent = EntityContentBlueprint.makeWithOverrides({
  name: 'settings',
  factory: (originalFactory, { apis }) =>
    originalFactory({
      path: '/settings',
      title: titleAtStart(apis, 'settings.title'),
      filter: isModelPipelineAvailable,
      loader: () =>
        import('./components/entity').then(m => (
          <m.EntityModelSettingsContent />
        )),
    }),
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
    runs: runsRouteRef,
    run: runRouteRef,
    version: versionRouteRef,
    nodes: nodesRouteRef,
    import: importRouteRef,
    register: registerRouteRef,
  },
  externalRoutes: { createProject: createProjectRouteRef },
  extensions: [
    modelCiApi,
    modelCiPage,
    myPipelinesWidget,
    firstStepsWidget,
    overviewCard,
    runsContent,
    evaluationsContent,
    deploymentsContent,
    settingsContent,
  ],
});
