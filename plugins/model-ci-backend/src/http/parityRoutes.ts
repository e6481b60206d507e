import type { Router } from 'express';
import { z } from 'zod';
import { readRequest } from '@model-ci/backstage-plugin-model-ci-node';
import type { RouteContext } from './context';
import { pipelinePathShape, stageSchema, toPipelineRef } from './validation';

const request = {
  path: z.object(pipelinePathShape),
  query: z.strictObject({ stage: stageSchema.optional() }),
};

/** How the environments of a pipeline's stages compare. */
export function addParityRoutes(router: Router, context: RouteContext) {
  const { access, parity } = context;

  router.get('/pipelines/:namespace/:name/parity', async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path, query } = readRequest(req, request);
    const ref = toPipelineRef(path);
    await access.demand(credentials, ref);
    res.json(await parity.find(ref, query));
  });
}
