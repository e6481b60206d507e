import type { Router } from 'express';
import { z } from 'zod';
import { MAX_COMPARED_VERSIONS } from '@model-ci/backstage-plugin-model-ci-common';
import {
  countSchema,
  readRequest,
  textSchema,
} from '@model-ci/backstage-plugin-model-ci-node';
import { answerWhileOpen } from './answerWhileOpen';
import type { RouteContext } from './context';
import {
  idSchema,
  listSchema,
  pageShape,
  pipelinePathShape,
  stageKeySchema,
  toPipelineRef,
  versionSchema,
} from './validation';

const setShape = {
  stage: textSchema(255).optional(),
  instance: textSchema(255).optional(),
  environment: textSchema(255).optional(),
  dataset: textSchema(255).optional(),
  task: textSchema(255).optional(),
  metric: textSchema(255).optional(),
};
const PAIR = {
  error: 'must be two versions, the baseline first',
  path: ['versions'],
};
const examplesQuery = z
  .strictObject({
    versions: listSchema(versionSchema, 2),
    ...setShape,
    ...pageShape,
    limit: countSchema(1, 100).default(25),
    sort: z.enum(['regression', 'improvement', 'id']).default('regression'),
    slice: textSchema(255).optional(),
    sliceValue: textSchema(1000).optional(),
    flips: z.enum(['lost', 'gained', 'worse', 'better', 'changed']).optional(),
    text: textSchema(200).optional(),
    common: z.enum(['true', 'false']).default('false'),
  })
  .refine(({ versions }) => versions.length === 2, PAIR)
  .refine(
    ({ slice, sliceValue }) =>
      (slice === undefined) === (sliceValue === undefined),
    { error: 'goes with sliceValue', path: ['slice'] },
  );
const differencesQuery = z
  .strictObject({ versions: listSchema(versionSchema, MAX_COMPARED_VERSIONS) })
  .refine(({ versions }) => versions.length >= 2, {
    error: 'must be two versions or more, the baseline first',
    path: ['versions'],
  });
const ledgerQuery = z.strictObject({ id: textSchema(1000), ...setShape });
const gateExamplesQuery = z.strictObject({
  metric: textSchema(255),
  dataset: textSchema(255).optional(),
  slice: textSchema(1300).optional(),
  flips: z
    .enum(['lost', 'gained', 'worse', 'better', 'changed'])
    .default('changed'),
  evidence: textSchema(71).optional(),
  ...pageShape,
  limit: countSchema(1, 100).default(25),
});
const pipelinePath = z.object(pipelinePathShape);
const stagePath = z.object({ runId: idSchema, stage: stageKeySchema });

/** Versions against each other, example by example. */
export function addComparisonRoutes(router: Router, context: RouteContext) {
  const { access, comparisons } = context;
  const base = '/pipelines/:namespace/:name/compare';

  router.get(`${base}/examples`, async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path, query } = readRequest(req, {
      path: pipelinePath,
      query: examplesQuery,
    });
    const ref = toPipelineRef(path);
    await access.demand(credentials, ref);
    const { slice: name, sliceValue: value, flips, text, ...rest } = query;
    const [baseline, candidate] = query.versions;
    const asked = {
      set: setOf(query),
      metric: rest.metric,
      sort: rest.sort,
      common: rest.common === 'true',
      cursor: rest.cursor,
      limit: rest.limit,
      filter: {
        flips,
        text,
        ...(name !== undefined &&
          value !== undefined && { slice: { name, value } }),
      },
    };
    await answerWhileOpen(res, signal =>
      comparisons.examples(ref, [baseline, candidate], asked, signal),
    );
  });

  router.get(`${base}/differences`, async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path, query } = readRequest(req, {
      path: pipelinePath,
      query: differencesQuery,
    });
    const ref = toPipelineRef(path);
    await access.demand(credentials, ref);
    await answerWhileOpen(res, async signal => ({
      items: await comparisons.differences(ref, query.versions, signal),
    }));
  });

  router.get(`${base}/trends`, async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path } = readRequest(req, {
      path: pipelinePath,
      query: z.strictObject({}),
    });
    const ref = toPipelineRef(path);
    await access.demand(credentials, ref);
    await answerWhileOpen(res, signal => comparisons.trends(ref, signal));
  });

  router.get('/runs/:runId/stages/:stage/gates/examples', async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path, query } = readRequest(req, {
      path: stagePath,
      query: gateExamplesQuery,
    });
    await access.demandRun(credentials, path.runId);
    await answerWhileOpen(res, signal =>
      comparisons.gateExamples({ ...path, ...query }, signal),
    );
  });

  router.get(`${base}/ledger`, async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path, query } = readRequest(req, {
      path: pipelinePath,
      query: ledgerQuery,
    });
    const ref = toPipelineRef(path);
    await access.demand(credentials, ref);
    const { id, metric } = query;
    const asked = { id, metric, set: setOf(query) };
    await answerWhileOpen(res, signal =>
      comparisons.ledger(ref, asked, signal),
    );
  });
}

function setOf(query: {
  stage?: string;
  instance?: string;
  environment?: string;
  dataset?: string;
  task?: string;
}) {
  const { stage, instance, environment, dataset, task } = query;
  return { stage, instance, environment, dataset, task };
}
