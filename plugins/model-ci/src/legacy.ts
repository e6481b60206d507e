/**
 * Model CI for apps of the old frontend system (`createApp` of `@backstage/app-defaults`).
 *
 * @packageDocumentation
 */
import {
  createApiFactory,
  createComponentExtension,
  createPlugin,
  createRoutableExtension,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import { ModelCiClient } from '@model-ci/backstage-plugin-model-ci-common';
import { modelCiApiRef } from './api';
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

export { modelCiApiRef } from './api';
export { modelCiTranslationRef } from './translation';
export { isModelPipelineAvailable } from './pipelineRefs';

/** The plugin of the old frontend system. */
export const modelCiPlugin = createPlugin({
  id: 'model-ci',
  apis: [
    createApiFactory({
      api: modelCiApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: apis => new ModelCiClient(apis),
    }),
  ],
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
});

/** Everything below `/model-ci`: all pipelines, nodes, and the pages of runs. */
export const ModelCiPage = modelCiPlugin.provide(
  createRoutableExtension({
    name: 'ModelCiPage',
    component: () =>
      import('./components/ModelCiPage').then(m => m.ModelCiPage),
    mountPoint: rootRouteRef,
  }),
);

/** Card for a home page: what waits, has failed, or was deployed, of the pipelines of the user and their groups. */
export const MyModelPipelinesCard = modelCiPlugin.provide(
  createComponentExtension({
    name: 'MyModelPipelinesCard',
    component: {
      lazy: () => import('./components/Home').then(m => m.MyPipelines),
    },
  }),
);

/** Card for a home page: what somebody who is new does first, and how far they are. */
export const ModelCiFirstStepsCard = modelCiPlugin.provide(
  createComponentExtension({
    name: 'ModelCiFirstStepsCard',
    component: {
      lazy: () => import('./components/Home').then(m => m.FirstSteps),
    },
  }),
);

/** Card for the overview of a pipeline or a model: last run, latest metrics, what serves where. */
export const EntityModelPipelineCard = modelCiPlugin.provide(
  createComponentExtension({
    name: 'EntityModelPipelineCard',
    component: {
      lazy: () =>
        import('./components/entity').then(m => m.EntityModelPipelineCard),
    },
  }),
);

/** Tab with the runs of a pipeline or a model. */
export const EntityModelRunsContent = modelCiPlugin.provide(
  createComponentExtension({
    name: 'EntityModelRunsContent',
    component: {
      lazy: () =>
        import('./components/entity').then(m => m.EntityModelRunsContent),
    },
  }),
);

/** Tab with the evaluation history of a pipeline or a model. */
export const EntityModelEvaluationsContent = modelCiPlugin.provide(
  createComponentExtension({
    name: 'EntityModelEvaluationsContent',
    component: {
      lazy: () =>
        import('./components/entity').then(
          m => m.EntityModelEvaluationsContent,
        ),
    },
  }),
);

/** Tab with the versions and deployments of a pipeline or a model. */
export const EntityModelDeploymentsContent = modelCiPlugin.provide(
  createComponentExtension({
    name: 'EntityModelDeploymentsContent',
    component: {
      lazy: () =>
        import('./components/entity').then(
          m => m.EntityModelDeploymentsContent,
        ),
    },
  }),
);

/** Tab with the secrets of a pipeline or a model, and the tokens by which machines report to it. */
export const EntityModelSettingsContent = modelCiPlugin.provide(
  createComponentExtension({
    name: 'EntityModelSettingsContent',
    component: {
      lazy: () =>
        import('./components/entity').then(m => m.EntityModelSettingsContent),
    },
  }),
);
