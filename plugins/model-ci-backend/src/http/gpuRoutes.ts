import type { Router } from 'express';
import { z } from 'zod';
import { readRequest } from '@model-ci/backstage-plugin-model-ci-node';
import type { RouteContext } from './context';
import { idSchema } from './validation';

const request = { path: z.object({ runId: idSchema }) };

/** What the GPUs of runs did. */
export function addGpuRoutes(router: Router, context: RouteContext) {
  const { access, gpus } = context;

  router.get('/runs/:runId/gpus', async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path } = readRequest(req, request);
    await access.demandRun(credentials, path.runId);
    res.json(await gpus.find(path.runId));
  });
}
