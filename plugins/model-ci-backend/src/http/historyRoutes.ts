import type { Router } from 'express';
import { z } from 'zod';
import {
  countSchema,
  readRequest,
  textSchema,
} from '@model-ci/backstage-plugin-model-ci-node';
import { MAX_READ, NO_DIGEST } from '../evaluations/history/lineHistory';
import type { RouteContext } from './context';
import {
  digestSchema,
  pipelinePathShape,
  timeSchema,
  toPipelineRef,
} from './validation';

const nameSchema = textSchema(255).optional();
const historyQuery = z.strictObject({
  metric: textSchema(255),
  dataset: nameSchema,
  environment: nameSchema,
  instance: nameSchema,
  slice: nameSchema,
  datasetDigest: z.union([z.literal(NO_DIGEST), digestSchema]).optional(),
  scope: z.enum(['versions', 'runs']).default('versions'),
  from: timeSchema.optional(),
  to: timeSchema.optional(),
  limit: countSchema(2, MAX_READ).default(1000),
});
const pipelinePath = z.object(pipelinePathShape);

/** One metric over versions and time. */
export function addHistoryRoutes(router: Router, context: RouteContext) {
  const { access, evaluations } = context;
  const base = '/pipelines/:namespace/:name/history';

  router.get(`${base}/lines`, async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path } = readRequest(req, {
      path: pipelinePath,
      query: z.strictObject({}),
    });
    const ref = toPipelineRef(path);
    await access.demand(credentials, ref);
    res.json(await evaluations.metricLines(ref));
  });

  router.get(base, async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path, query } = readRequest(req, {
      path: pipelinePath,
      query: historyQuery,
    });
    const ref = toPipelineRef(path);
    await access.demand(credentials, ref);
    const { metric, dataset, environment, instance, slice, ...rest } = query;
    res.json(
      await evaluations.lineHistory(ref, {
        line: { metric, dataset, environment, instance, slice },
        ...rest,
      }),
    );
  });
}
