import type {
  AuditorService,
  HttpAuthService,
} from '@backstage/backend-plugin-api';
import {
  createGitTokenSchema,
  gitTokenCreatePermission,
} from '@model-ci/backstage-plugin-model-ci-common';
import { readRequest } from '@model-ci/backstage-plugin-model-ci-node';
import express, { type Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import type { RepositoryAuthorizer } from '../permissions/RepositoryAuthorizer';
import type { TokenService } from '../tokens/TokenService';
import { audited } from './audited';

export interface TokensRouterOptions {
  tokens: TokenService;
  authorizer: RepositoryAuthorizer;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
}

const tokenPath = z.object({
  id: z.uuid({ error: 'must be the id of a token' }),
});

/** `/tokens`: a user's own passwords for git. No service gets at them, in nobody's name but the user's own. */
export function createTokensRouter(options: TokensRouterOptions): Router {
  const { tokens, authorizer, httpAuth, auditor } = options;
  const router = PromiseRouter();

  router.get('/', async (req, res) => {
    const credentials = await httpAuth.credentials(req, { allow: ['user'] });
    readRequest(req, {});
    const { userEntityRef } = credentials.principal;
    res.json({ items: await tokens.list(userEntityRef) });
  });

  router.post('/', express.json(), async (req, res) => {
    const credentials = await httpAuth.credentials(req, { allow: ['user'] });
    const { body: input } = readRequest(req, { body: createGitTokenSchema });
    const token = await audited(
      auditor,
      {
        eventId: 'token-create',
        severityLevel: 'medium',
        request: req,
        meta: { name: input.name },
      },
      async describe => {
        await authorizer.require(credentials, gitTokenCreatePermission);
        const made = await tokens.create(
          credentials.principal.userEntityRef,
          input,
        );
        describe({ id: made.id, expiresAt: made.expiresAt });
        return made;
      },
    );
    res.status(201).set('Cache-Control', 'no-store').json(token);
  });

  router.delete('/:id', async (req, res) => {
    const credentials = await httpAuth.credentials(req, { allow: ['user'] });
    const { id } = readRequest(req, { path: tokenPath }).path;
    await audited(
      auditor,
      {
        eventId: 'token-revoke',
        severityLevel: 'medium',
        request: req,
        meta: { id },
      },
      () => tokens.revoke(credentials.principal.userEntityRef, id),
    );
    res.status(204).end();
  });

  return router;
}
