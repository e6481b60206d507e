import { NotAllowedError } from '@backstage/errors';
import type { Request, Router } from 'express';
import { z } from 'zod';
import {
  MAX_TOKEN_DAYS,
  MAX_TOKEN_NAME_LENGTH,
  MAX_TOKEN_PIPELINES,
  pipelineDeployPermission,
  pipelineRunPermission,
  TOKEN_ACTIONS,
  tokenManagePermission,
  type TokenAction,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  readRequest,
  textSchema,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { PipelinePermission } from './Access';
import { audited } from './audited';
import type { RouteContext } from './context';
import {
  idSchema,
  pipelinePathShape,
  pipelineRefSchema,
  toPipelineRef,
} from './validation';

const pipelinePath = z.object(pipelinePathShape);
const tokenPath = z.object({ ...pipelinePathShape, tokenId: idSchema });
const createBody = z.strictObject({
  name: textSchema(MAX_TOKEN_NAME_LENGTH),
  actions: z.array(z.enum(TOKEN_ACTIONS)).min(1).max(TOKEN_ACTIONS.length),
  expiresInDays: z.number().int().min(1).max(MAX_TOKEN_DAYS).optional(),
  alsoFor: z
    .array(pipelineRefSchema)
    .max(MAX_TOKEN_PIPELINES - 1)
    .optional(),
});

/** Tokens by which machines report to pipelines. Only users make them: a token acts as who made it. */
export function addTokenRoutes(router: Router, context: RouteContext) {
  const { access, auditor, tokens } = context;

  router.get('/pipelines/:namespace/:name/tokens', async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path } = readRequest(req, { path: pipelinePath });
    const pipelineRef = toPipelineRef(path);
    await access.demand(credentials, pipelineRef, tokenManagePermission);
    res.json({ items: await tokens.list(pipelineRef) });
  });

  router.post('/pipelines/:namespace/:name/tokens', async (req, res) => {
    await access.authenticate(req);
    const token = await audited(
      auditor,
      { id: 'token-create', request: req },
      note => createToken(req, context, note),
    );
    res.status(201).set('Cache-Control', 'no-store').json(token);
  });

  router.delete(
    '/pipelines/:namespace/:name/tokens/:tokenId',
    async (req, res) => {
      const credentials = await access.authenticate(req);
      await audited(
        auditor,
        { id: 'token-revoke', request: req },
        async note => {
          const { path } = readRequest(req, { path: tokenPath });
          const pipelineRef = toPipelineRef(path);
          const { tokenId } = path;
          note({ pipelineRef, tokenId });
          await access.demand(credentials, pipelineRef, tokenManagePermission);
          await tokens.revoke(pipelineRef, tokenId);
        },
      );
      res.status(204).end();
    },
  );
}

/** A token may not do what its maker may not. */
const NEEDED: Record<TokenAction, PipelinePermission> = {
  report: pipelineRunPermission,
  gate: pipelineRunPermission,
  artifact: pipelineRunPermission,
  deploy: pipelineDeployPermission,
};

async function createToken(
  req: Request,
  { access, tokens }: RouteContext,
  note: Parameters<Parameters<typeof audited>[2]>[0],
) {
  const { path, body } = readRequest(req, {
    path: pipelinePath,
    body: createBody,
  });
  const pipelineRefs = [
    ...new Set([toPipelineRef(path), ...(body.alsoFor ?? [])]),
  ];
  const { name, expiresInDays } = body;
  const actions = TOKEN_ACTIONS.filter(action => body.actions.includes(action));
  note({ pipelineRef: pipelineRefs[0], pipelineRefs, name, actions });
  const credentials = await access.authenticate(req);
  for (const pipelineRef of pipelineRefs) {
    await access.demand(
      credentials,
      pipelineRef,
      tokenManagePermission,
      ...new Set(actions.map(action => NEEDED[action])),
    );
  }
  const createdBy = await access.findUser(req);
  if (createdBy === undefined) {
    throw new NotAllowedError(
      'Only users make tokens, which act as who made them: sign in to make one',
    );
  }
  const token = await tokens.create({
    pipelineRefs,
    name,
    actions,
    expiresInDays,
    createdBy,
  });
  note({ tokenId: token.id, expiresAt: token.expiresAt });
  return token;
}
