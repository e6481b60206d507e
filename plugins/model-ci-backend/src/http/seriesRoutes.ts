import type { Router } from 'express';
import { z } from 'zod';
import {
  readRequest,
  textSchema,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { RouteContext } from './context';
import { idSchema } from './validation';

/** As many as a page of charts shows; a name may hold commas, so that each has a parameter of its own. */
const MAX_METRICS = 24;
const metric = textSchema(255);
const request = {
  path: z.object({ runId: idSchema }),
  query: z.strictObject({
    metric: z
      .union([metric, z.array(metric).min(1).max(MAX_METRICS)])
      .optional(),
  }),
};

/** The training curves of runs. */
export function addSeriesRoutes(router: Router, context: RouteContext) {
  const { access, series } = context;

  router.get('/runs/:runId/series', async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path, query } = readRequest(req, request);
    await access.demandRun(credentials, path.runId);
    res.json(await series.find(path.runId, [query.metric ?? []].flat()));
  });
}
