import type { Router } from 'express';
import { z } from 'zod';
import {
  MAX_PARAMETERS,
  MAX_PARAMETER_TEXT,
  MAX_REASON_LENGTH,
  pipelineCancelPermission,
  pipelineRunPermission,
  stageDecidePermission,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  readRequest,
  textSchema,
} from '@model-ci/backstage-plugin-model-ci-node';
import { requestRun } from '../runs/requestRun';
import { readRunParameters } from '../runs/runParameters';
import { audited } from './audited';
import { keepDeployDecision } from './keepDeployDecision';
import type { RouteContext } from './context';
import {
  commitSchema,
  idSchema,
  pageShape,
  pipelineFilterShape,
  pipelinePathShape,
  pipelineRefSchema,
  refuseFilterOfOne,
  stageKeySchema,
  statusesSchema,
  toPipelineRef,
} from './validation';

const listQuery = z
  .strictObject({
    ...pageShape,
    ...pipelineFilterShape,
    pipeline: pipelineRefSchema.optional(),
    status: statusesSchema,
    branch: textSchema(255).optional(),
    trigger: z
      .enum([
        'push',
        'tag',
        'pull_request',
        'schedule',
        'manual',
        'template',
        'external',
      ])
      .optional(),
  })
  .superRefine(refuseFilterOfOne);
const parametersShape = z
  .record(
    textSchema(63),
    z.union([z.string().max(MAX_PARAMETER_TEXT), z.number(), z.boolean()], {
      error: `must be a number, true or false, or a text of at most ${MAX_PARAMETER_TEXT} characters`,
    }),
  )
  .refine(given => Object.keys(given).length <= MAX_PARAMETERS, {
    error: `must have at most ${MAX_PARAMETERS} parameters`,
  });
const parametersQuery = z.strictObject({
  ref: textSchema(255).optional(),
  commit: commitSchema.optional(),
});
const startBody = z.strictObject({
  ref: textSchema(255).optional(),
  commit: commitSchema.optional(),
  parameters: parametersShape.optional(),
  trigger: z.enum(['manual', 'template']).default('manual'),
  idempotencyKey: textSchema(100).optional(),
});
const runPath = z.object({ runId: idSchema });
const pipelinePath = z.object(pipelinePathShape);
const stagePath = z.object({ runId: idSchema, stage: stageKeySchema });
const decisionBody = z.strictObject({
  decision: z.enum(['continue', 'stop']),
  reason: textSchema(MAX_REASON_LENGTH),
  evidence: textSchema(71).optional(),
});
const retryBody = z.strictObject({ from: stageKeySchema.optional() });

/** Starting, listing, reading, cancelling and retrying runs. */
export function addRunRoutes(router: Router, context: RouteContext) {
  const { access, auditor, pipelines, runs } = context;

  router.post('/pipelines/:namespace/:name/runs', async (req, res) => {
    const credentials = await access.authenticate(req);
    const run = await audited(
      auditor,
      { id: 'run-start', request: req },
      async note => {
        const { path, body: input } = readRequest(req, {
          path: pipelinePath,
          body: startBody,
        });
        const pipelineRef = toPipelineRef(path);
        note({ pipelineRef, ...input });
        await access.demand(credentials, pipelineRef, pipelineRunPermission);
        const started = await startRun(
          context,
          pipelineRef,
          input,
          access.nameOf(credentials),
        );
        await keepDeployDecision(context, credentials, started);
        note({ runId: started.id, runNumber: started.number });
        return started;
      },
    );
    res.status(201).json(run);
  });

  router.get('/pipelines/:namespace/:name/parameters', async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path, query } = readRequest(req, {
      path: pipelinePath,
      query: parametersQuery,
    });
    const ref = toPipelineRef(path);
    // Whoever may not run it has no use for the form, and asks no code host.
    await access.demand(credentials, ref, pipelineRunPermission);
    const { source_url: sourceUrl } = await pipelines.demandRunnable(ref);
    res.json(
      await readRunParameters(context.source, { ref, sourceUrl }, query),
    );
  });

  router.get('/runs', async (req, res) => {
    const credentials = await access.authenticate(req);
    const { query } = readRequest(req, { query: listQuery });
    if (query.pipeline) {
      await access.demand(credentials, query.pipeline);
    }
    res.json(
      await runs.list({
        ...(query.pipeline
          ? { pipelineRefs: [query.pipeline] }
          : {
              ownerRefs: await access.listedOwners(credentials, query.owner),
              q: query.q,
            }),
        statuses: query.status,
        branch: query.branch,
        trigger: query.trigger,
        cursor: query.cursor,
        limit: query.limit,
      }),
    );
  });

  router.get('/runs/:runId', async (req, res) => {
    const credentials = await access.authenticate(req);
    const { runId } = readRequest(req, { path: runPath }).path;
    await access.demandRun(credentials, runId);
    res.json(await runs.get(runId));
  });

  router.post('/runs/:runId/cancel', async (req, res) => {
    const credentials = await access.authenticate(req);
    const run = await audited(
      auditor,
      { id: 'run-cancel', request: req },
      async note => {
        const { runId } = readRequest(req, { path: runPath }).path;
        note({ runId });
        await access.demandRun(credentials, runId, {
          permission: pipelineCancelPermission,
          note,
        });
        return await runs.cancel(runId, access.nameOf(credentials));
      },
    );
    res.json(run);
  });

  router.post('/runs/:runId/stages/:stage/decision', async (req, res) => {
    const credentials = await access.authenticate(req);
    const run = await audited(
      auditor,
      { id: 'stage-decide', request: req },
      async note => {
        const { path, body } = readRequest(req, {
          path: stagePath,
          body: decisionBody,
        });
        const { runId, stage } = path;
        note({ runId, stage, ...body });
        await access.demandRun(credentials, runId, {
          permission: stageDecidePermission,
          note,
        });
        const by = access.nameOf(credentials);
        return await runs.decide(runId, stage, { ...body, by });
      },
    );
    res.json(run);
  });

  router.post('/runs/:runId/retry', async (req, res) => {
    const credentials = await access.authenticate(req);
    const run = await audited(
      auditor,
      { id: 'run-retry', request: req },
      async note => {
        const { path, body } = readRequest(req, {
          path: runPath,
          body: retryBody,
        });
        const { runId } = path;
        const { from } = body;
        note({ runId, from });
        const pipelineRef = await access.demandRun(credentials, runId, {
          permission: pipelineRunPermission,
          note,
        });
        await pipelines.demandRunnable(pipelineRef);
        await context.quota.demandRoom(pipelineRef);
        return await runs.retry(runId, {
          from,
          by: access.nameOf(credentials),
        });
      },
    );
    res.status(201).json(run);
  });
}

async function startRun(
  context: RouteContext,
  pipelineRef: string,
  input: z.output<typeof startBody>,
  createdBy: string,
) {
  const pipeline = await context.pipelines.demandRunnable(pipelineRef);
  return await requestRun(context, {
    ...input,
    pipelineRef,
    sourceUrl: pipeline.source_url,
    createdBy,
  });
}
