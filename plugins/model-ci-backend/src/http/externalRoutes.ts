import express, { type Request, type Response, type Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import {
  pipelineDeployPermission,
  pipelineRunPermission,
  reason,
  type TokenAction,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  readRequest,
  textSchema,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { JsonObject } from '@backstage/types';
import { ConflictError } from '@backstage/errors';
import { withReason } from '../withReason';
import { statusWord } from '../statusWord';
import { audited } from './audited';
import { addClientRoutes } from './clientRoutes';
import type { RouteContext } from './context';
import { demandMachineRun } from './demandMachineRun';
import { addExternalUploadRoutes } from './externalUploadRoutes';
import type { Machine } from './MachineAccess';
import {
  commentSchema,
  environmentSchema,
  idSchema,
  pipelinePathShape,
  stageSchema,
  toPipelineRef,
} from './validation';

const MAX_BODY = '100kb';
const MAX_STAGES = 100;

const urlSchema = z
  .string()
  .max(2000)
  .refine(isHttp, { error: 'must be an http or https URL' });

const startBody = z.strictObject({
  ci: z.strictObject({
    provider: textSchema(64),
    buildId: textSchema(255),
    attempt: textSchema(64).optional(),
    url: urlSchema.optional(),
  }),
  commit: z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, {
    error:
      'must be the whole name of a commit: 40 or 64 hexadecimal digits in lower case',
  }),
  ref: textSchema(255).optional(),
  message: commentSchema.optional(),
  stages: z.array(stageSchema).max(MAX_STAGES).default([]),
});
const pipelinePath = z.object(pipelinePathShape);
const runPath = z.object({ runId: idSchema });
const changeBody = z.strictObject({
  stage: z
    .strictObject({
      name: stageSchema,
      status: z.enum(['running', 'succeeded', 'failed']),
      exitCode: z.number().int().min(0).max(255).optional(),
    })
    .refine(
      ({ status, exitCode }) =>
        exitCode === undefined ||
        status === (exitCode === 0 ? 'succeeded' : 'failed'),
      { error: "must have an 'exitCode' that agrees with its 'status'" },
    )
    .optional(),
  status: z.enum(['succeeded', 'failed', 'cancelled']).optional(),
});
const gatePath = z.object({ runId: idSchema, stage: stageSchema });
const deployBody = z.strictObject({
  environment: environmentSchema,
  comment: commentSchema.optional(),
});

/**
 * What another CI asks, by tokens of machines and no other credentials. In a router of its own, before everything that
 * asks Backstage for credentials.
 */
export function createExternalRouter(context: RouteContext): Router {
  const router = PromiseRouter();
  const json = express.json({ limit: MAX_BODY });

  router.post(
    '/pipelines/:namespace/:name/external-runs',
    json,
    async (req, res) => {
      const { run, created } = await asMachine(
        context,
        req,
        { action: 'report', event: 'external-run-start' },
        (machine, note) => start(context, req, { machine, note }),
      );
      res.status(created ? 201 : 200).json(run);
    },
  );

  router.get('/external-runs/:runId', async (req, res) => {
    const machine = await context.machines.authenticate(req, 'report');
    const { runId } = readRequest(req, { path: runPath }).path;
    await demandMachineRun(context, machine, runId);
    res.json(await context.externalRuns.get(runId));
  });

  router.patch('/external-runs/:runId', json, (req, res) =>
    change(context, req, res),
  );

  router.post(
    '/external-runs/:runId/stages/:stage/gate',
    json,
    async (req, res) => {
      const judgement = await asMachine(
        context,
        req,
        { action: 'gate', event: 'external-stage-judge' },
        async (machine, note) => {
          const { path } = readRequest(req, { path: gatePath });
          note({ ...path });
          await demandMachineRun(context, machine, path.runId, note);
          return await context.externalRuns.endStage(path.runId, path.stage, {
            succeeded: true,
          });
        },
      );
      res.json(judgement);
    },
  );

  router.post('/external-runs/:runId/deployments', json, async (req, res) => {
    const deployment = await asMachine(
      context,
      req,
      { action: 'deploy', event: 'deployment-create' },
      (machine, note) => deploy(context, req, { machine, note }),
    );
    res.status(201).json(deployment);
  });

  addClientRoutes(router);
  addExternalUploadRoutes(router, context);
  return router;
}

type Note = (meta: JsonObject) => void;

interface By {
  machine: Machine;
  note: Note;
}

/** Lets a machine act, and records what it asks with the auditor: refused ones too, as far as their token holds. */
async function asMachine<T>(
  context: RouteContext,
  req: Request,
  { action, event }: { action: TokenAction; event: string },
  act: (machine: Machine, note: Note) => Promise<T>,
): Promise<T> {
  const machine = await context.machines.authenticate(req, action);
  const { tokenId, user } = machine;
  return await audited(
    context.auditor,
    { id: event, request: req, meta: { tokenId, by: user } },
    note => act(machine, note),
  );
}

async function start(
  context: RouteContext,
  req: Request,
  { machine, note }: By,
) {
  const { path, body } = readRequest(req, {
    path: pipelinePath,
    body: startBody,
  });
  const pipelineRef = toPipelineRef(path);
  const { ci, commit, ref } = body;
  note({ pipelineRef, ...ci, commit, ref });
  context.machines.demandPipeline(machine, pipelineRef);
  await context.access.demand(
    machine.credentials,
    pipelineRef,
    pipelineRunPermission,
  );
  const pipeline = await context.pipelines.demandRunnable(pipelineRef);
  const started = await context.externalRuns.start({
    ...body,
    pipelineRef,
    sourceUrl: pipeline.source_url,
    createdBy: machine.user,
    tokenName: machine.tokenName,
  });
  note({ runId: started.run.id, runNumber: started.run.number });
  return started;
}

/** Without anything to change, it is a sign of life. */
async function change(context: RouteContext, req: Request, res: Response) {
  const { externalRuns, machines } = context;
  const machine = await machines.authenticate(req, 'report');
  const { path, body } = readRequest(req, { path: runPath, body: changeBody });
  const { runId } = path;
  await demandMachineRun(context, machine, runId);
  const { stage, status } = body;
  let judgement;
  if (stage?.status === 'running') {
    await externalRuns.startStage(runId, stage.name);
  } else if (stage) {
    const { exitCode } = stage;
    const succeeded = stage.status === 'succeeded';
    judgement = await externalRuns.endStage(runId, stage.name, {
      succeeded,
      exitCode,
    });
  }
  const run = status
    ? await externalRuns.finish(runId, status)
    : await externalRuns.get(runId);
  // Verdicts are for those who may ask for them.
  const shown = machine.actions.includes('gate') ? judgement : undefined;
  res.json({ ...run, judgement: shown });
}

async function deploy(
  context: RouteContext,
  req: Request,
  { machine, note }: By,
) {
  const { path, body } = readRequest(req, { path: runPath, body: deployBody });
  const pipelineRef = await demandMachineRun(
    context,
    machine,
    path.runId,
    note,
    pipelineDeployPermission,
  );
  const { number, status, version } = await context.externalRuns.get(
    path.runId,
  );
  note({ ...path, ...body, version });
  if (version === undefined) {
    throw withReason(
      ConflictError,
      reason('error.externalNoVersion', { number, status: statusWord(status) }),
    );
  }
  const deployment = await context.deployments.deploy({
    pipelineRef,
    version,
    ...body,
    trigger: 'manual',
    by: context.access.actor(machine.credentials),
  });
  note({ deploymentId: deployment.id });
  return deployment;
}

function isHttp(text: string): boolean {
  return (
    URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)
  );
}
