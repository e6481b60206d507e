import type { Router } from 'express';
import { z } from 'zod';
import { readRequest } from '@model-ci/backstage-plugin-model-ci-node';
import type { RouteContext } from './context';
import { pageShape, pipelinePathShape, toPipelineRef } from './validation';

const listQuery = z.strictObject(pageShape);
const pipelinePath = z.object(pipelinePathShape);

/** What code hosts announced, and why it started runs or none. */
export function addDeliveryRoutes(router: Router, context: RouteContext) {
  const { access, deliveries } = context;

  router.get('/pipelines/:namespace/:name/deliveries', async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path, query } = readRequest(req, {
      path: pipelinePath,
      query: listQuery,
    });
    const pipelineRef = toPipelineRef(path);
    await access.demand(credentials, pipelineRef);
    res.json(await deliveries.list({ pipelineRef, ...query }));
  });
}
