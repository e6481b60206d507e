import type { Router } from 'express';
import { z } from 'zod';
import { pipelineDeployPermission } from '@model-ci/backstage-plugin-model-ci-common';
import { readRequest } from '@model-ci/backstage-plugin-model-ci-node';
import { audited } from './audited';
import type { RouteContext } from './context';
import {
  commentSchema,
  environmentSchema,
  idSchema,
  pageShape,
  pipelineFilterShape,
  pipelinePathShape,
  pipelineRefSchema,
  refuseFilterOfOne,
  toPipelineRef,
  versionNumberSchema,
} from './validation';

const pipelinePath = z.object(pipelinePathShape);
const deployBody = z.strictObject({
  version: versionNumberSchema,
  environment: environmentSchema,
  comment: commentSchema.optional(),
});
const listQuery = z
  .strictObject({
    ...pageShape,
    ...pipelineFilterShape,
    pipeline: pipelineRefSchema.optional(),
    environment: environmentSchema.optional(),
  })
  .superRefine(refuseFilterOfOne);
const deploymentPath = z.object({ deploymentId: idSchema });
const rollbackBody = z.strictObject({ comment: commentSchema.optional() });

/** Putting versions into environments, and what came of it. */
export function addDeploymentRoutes(router: Router, context: RouteContext) {
  const { access, auditor, deployments } = context;

  router.post('/pipelines/:namespace/:name/deployments', async (req, res) => {
    const credentials = await access.authenticate(req);
    const deployment = await audited(
      auditor,
      { id: 'deployment-create', request: req },
      async note => {
        const { path, body: input } = readRequest(req, {
          path: pipelinePath,
          body: deployBody,
        });
        const pipelineRef = toPipelineRef(path);
        const { version, environment } = input;
        note({ pipelineRef, version, environment });
        await access.demand(credentials, pipelineRef, pipelineDeployPermission);
        const created = await deployments.deploy({
          pipelineRef,
          ...input,
          trigger: 'manual',
          by: access.actor(credentials),
        });
        note({ deploymentId: created.id });
        return created;
      },
    );
    res.status(201).json(deployment);
  });

  router.get('/deployments', async (req, res) => {
    const credentials = await access.authenticate(req);
    const { query } = readRequest(req, { query: listQuery });
    if (query.pipeline) {
      await access.demand(credentials, query.pipeline);
    }
    res.json(
      await deployments.list({
        ...(query.pipeline
          ? { pipelineRefs: [query.pipeline] }
          : {
              ownerRefs: await access.listedOwners(credentials, query.owner),
              q: query.q,
            }),
        environment: query.environment,
        cursor: query.cursor,
        limit: query.limit,
      }),
    );
  });

  router.get('/deployments/:deploymentId', async (req, res) => {
    const credentials = await access.authenticate(req);
    const { deploymentId } = readRequest(req, { path: deploymentPath }).path;
    await access.demandDeployment(credentials, deploymentId);
    res.json(await deployments.get(deploymentId));
  });

  router.post('/deployments/:deploymentId/rollback', async (req, res) => {
    const credentials = await access.authenticate(req);
    const deployment = await audited(
      auditor,
      { id: 'deployment-rollback', request: req },
      async note => {
        const { path, body } = readRequest(req, {
          path: deploymentPath,
          body: rollbackBody,
        });
        const { deploymentId } = path;
        note({ deploymentId });
        await access.demandDeployment(credentials, deploymentId, {
          permission: pipelineDeployPermission,
          note,
        });
        const created = await deployments.rollback(deploymentId, {
          comment: body.comment,
          by: access.actor(credentials),
        });
        note({
          newDeploymentId: created.id,
          version: created.version,
          environment: created.environment,
        });
        return created;
      },
    );
    res.status(201).json(deployment);
  });

  router.post('/deployments/:deploymentId/stop', async (req, res) => {
    const credentials = await access.authenticate(req);
    const deployment = await audited(
      auditor,
      { id: 'deployment-stop', request: req },
      async note => {
        const { deploymentId } = readRequest(req, {
          path: deploymentPath,
        }).path;
        note({ deploymentId });
        await access.demandDeployment(credentials, deploymentId, {
          permission: pipelineDeployPermission,
          note,
        });
        return await deployments.stop(deploymentId, access.actor(credentials));
      },
    );
    res.json(deployment);
  });
}
