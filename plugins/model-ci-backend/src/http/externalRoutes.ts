import express, { type Request, type Response, type Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import {
  pipelineDeployPermission,
  pipelineRunPermission,
  reason,
  type StageJudgement,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  readRequest,
  textSchema,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { JsonObject } from '@backstage/types';
import { ConflictError } from '@backstage/errors';
import { MAX_EXTERNAL_STAGES } from '../database/operations/external/addStages';
import { withReason } from '../withReason';
import { statusWord } from '../statusWord';
import { audited } from './audited';
import { addClientRoutes } from './clientRoutes';
import type { RouteContext } from './context';
import { demandMachineRun } from './demandMachineRun';
import { addExternalUploadRoutes } from './externalUploadRoutes';
import { keepDeployDecision } from './keepDeployDecision';
import { letMachineIn, machineOf } from './letMachineIn';
import type { Machine } from './MachineAccess';
import {
  commentSchema,
  commitSchema,
  environmentSchema,
  idSchema,
  pipelinePathShape,
  stageSchema,
  toPipelineRef,
} from './validation';

const MAX_BODY = '100kb';

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
  commit: commitSchema,
  ref: textSchema(255).optional(),
  message: commentSchema.optional(),
  stages: z.array(stageSchema).max(MAX_EXTERNAL_STAGES).default([]),
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
    letMachineIn(context, 'report'),
    json,
    async (req, res) => {
      const { run, created } = await asMachine(
        context,
        { req, res, event: 'external-run-start' },
        by => start(context, req, by),
      );
      res.status(created ? 201 : 200).json(run);
    },
  );

  router.get(
    '/external-runs/:runId',
    letMachineIn(context, 'report'),
    async (req, res) => {
      const { runId } = readRequest(req, { path: runPath }).path;
      await demandMachineRun(context, machineOf(res), runId);
      res.json(await context.externalRuns.get(runId));
    },
  );

  router.patch(
    '/external-runs/:runId',
    letMachineIn(context, 'report'),
    json,
    async (req, res) => {
      res.json(
        isHeartbeat(req)
          ? await change(context, req, { machine: machineOf(res), note() {} })
          : await asMachine(
              context,
              { req, res, event: 'external-run-change' },
              by => change(context, req, by),
            ),
      );
    },
  );

  router.post(
    '/external-runs/:runId/stages/:stage/gate',
    letMachineIn(context, 'gate'),
    json,
    async (req, res) => {
      res.json(
        await asMachine(
          context,
          { req, res, event: 'external-stage-judge' },
          by => judge(context, req, by),
        ),
      );
    },
  );

  router.post(
    '/external-runs/:runId/deployments',
    letMachineIn(context, 'deploy'),
    json,
    async (req, res) => {
      const deployment = await asMachine(
        context,
        { req, res, event: 'deployment-create' },
        by => deploy(context, req, by),
      );
      res.status(201).json(deployment);
    },
  );

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
  { auditor }: RouteContext,
  { req, res, event }: { req: Request; res: Response; event: string },
  act: (by: By) => Promise<T>,
): Promise<T> {
  const machine = machineOf(res);
  const { tokenId, user } = machine;
  return await audited(
    auditor,
    { id: event, request: req, meta: { tokenId, by: user } },
    note => act({ machine, note }),
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
  // Its version is deployed automatically for whoever made the token, which may be for less than that user may do.
  await keepDeployDecision(context, machine.credentials, started.run, {
    mayDeploy: machine.actions.includes('deploy'),
  });
  note({ runId: started.run.id, runNumber: started.run.number });
  return started;
}

function isHeartbeat({ body }: Request): boolean {
  return Object.keys(body ?? {}).length === 0;
}

async function change(
  context: RouteContext,
  req: Request,
  { machine, note }: By,
) {
  const { externalRuns } = context;
  const { path, body } = readRequest(req, { path: runPath, body: changeBody });
  const { runId } = path;
  const { stage, status } = body;
  note({ ...path, ...(stage && { stage }), ...(status && { status }) });
  await demandMachineRun(context, machine, runId, note);
  let judgement;
  if (stage?.status === 'running') {
    await externalRuns.startStage(runId, stage.name);
  } else if (stage) {
    judgement = await externalRuns.endStage(runId, stage.name, {
      succeeded: stage.status === 'succeeded',
      exitCode: stage.exitCode,
    });
  }
  const run = status
    ? await externalRuns.finish(runId, status)
    : await externalRuns.get(runId);
  return { ...run, judgement: judgement && shownTo(machine, judgement) };
}

/** The build obeys it in any case; what the gates found is for those who may ask for them. */
function shownTo(
  { actions }: Machine,
  judgement: StageJudgement,
): Partial<StageJudgement> {
  const { stage, status, verdict, exitCode } = judgement;
  return actions.includes('gate')
    ? judgement
    : { stage, status, verdict, exitCode };
}

async function judge(
  context: RouteContext,
  req: Request,
  { machine, note }: By,
): Promise<StageJudgement> {
  const { path } = readRequest(req, { path: gatePath });
  note({ ...path });
  await demandMachineRun(context, machine, path.runId, note);
  return await context.externalRuns.endStage(path.runId, path.stage, {
    succeeded: true,
  });
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
