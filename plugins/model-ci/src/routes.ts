import {
  createExternalRouteRef,
  createRouteRef,
  createSubRouteRef,
} from '@backstage/core-plugin-api';

/** All pipelines, at `/model-ci`. */
export const rootRouteRef = createRouteRef({ id: 'model-ci' });

/** The runs of all pipelines, at `/model-ci/runs`. */
export const runsRouteRef = createSubRouteRef({
  id: 'model-ci.runs',
  parent: rootRouteRef,
  path: '/runs',
});

/** One run, at `/model-ci/runs/:runId`. */
export const runRouteRef = createSubRouteRef({
  id: 'model-ci.run',
  parent: rootRouteRef,
  path: '/runs/:runId',
});

/** One version of a pipeline, at `/model-ci/pipelines/:namespace/:name/versions/:version`. */
export const versionRouteRef = createSubRouteRef({
  id: 'model-ci.version',
  parent: rootRouteRef,
  path: '/pipelines/:namespace/:name/versions/:version',
});

/** Nodes and the queue, at `/model-ci/nodes`. */
export const nodesRouteRef = createSubRouteRef({
  id: 'model-ci.nodes',
  parent: rootRouteRef,
  path: '/nodes',
});

/** Import of a pipeline of another system, at `/model-ci/import`. */
export const importRouteRef = createSubRouteRef({
  id: 'model-ci.import',
  parent: rootRouteRef,
  path: '/import',
});

/** Registers the pipelines of an existing repository, at `/model-ci/register`. */
export const registerRouteRef = createSubRouteRef({
  id: 'model-ci.register',
  parent: rootRouteRef,
  path: '/register',
});

/** Where a user starts a new model project: the list of templates. */
export const createProjectRouteRef = createExternalRouteRef({
  id: 'model-ci.create-project',
  optional: true,
  defaultTarget: 'scaffolder.root',
});
