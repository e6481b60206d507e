import { createPermission } from '@backstage/plugin-permission-common';

/** Resource type that the rules of Model CI's permissions speak about. */
export const RESOURCE_TYPE_MODEL_PIPELINE = 'model-ci-pipeline';

/** See a pipeline, its runs, logs, artifacts, evaluations, versions and deployments. */
export const pipelineReadPermission = createPermission({
  name: 'model-ci.pipeline.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_MODEL_PIPELINE,
});

/** Start and retry runs, pause and resume schedules, clear caches. */
export const pipelineRunPermission = createPermission({
  name: 'model-ci.pipeline.run',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_MODEL_PIPELINE,
});

/** Cancel runs. */
export const pipelineCancelPermission = createPermission({
  name: 'model-ci.pipeline.cancel',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_MODEL_PIPELINE,
});

/** Decide about a stage that waits for a person. */
export const stageDecidePermission = createPermission({
  name: 'model-ci.stage.decide',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_MODEL_PIPELINE,
});

/** Deploy, roll back, and move aliases. */
export const pipelineDeployPermission = createPermission({
  name: 'model-ci.pipeline.deploy',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_MODEL_PIPELINE,
});

/** See which secrets a pipeline has: names, and who set them when. Values are shown to nobody. */
export const secretReadPermission = createPermission({
  name: 'model-ci.secret.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_MODEL_PIPELINE,
});

/** Set, replace and delete secrets of a pipeline. */
export const secretWritePermission = createPermission({
  name: 'model-ci.secret.write',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_MODEL_PIPELINE,
});

/** Send predictions to the endpoint of a deployed version. */
export const endpointInvokePermission = createPermission({
  name: 'model-ci.endpoint.invoke',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_MODEL_PIPELINE,
});

/** See, make and revoke the tokens by which machines report to a pipeline. */
export const tokenManagePermission = createPermission({
  name: 'model-ci.token.manage',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_MODEL_PIPELINE,
});

/** See nodes, their capacity, and the queue. */
export const administerPermission = createPermission({
  name: 'model-ci.administer',
  attributes: {},
});

export const modelCiPermissions = [
  pipelineReadPermission,
  pipelineRunPermission,
  pipelineCancelPermission,
  stageDecidePermission,
  pipelineDeployPermission,
  secretReadPermission,
  secretWritePermission,
  endpointInvokePermission,
  tokenManagePermission,
  administerPermission,
];
