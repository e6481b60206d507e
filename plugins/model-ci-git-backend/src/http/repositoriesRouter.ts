import type {
  AuditorService,
  HttpAuthService,
} from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import {
  createGitRepositorySchema,
  creationIdSchema,
  gitRepositoryCreatePermission,
  gitRepositoryReadPermission,
  gitRepositoryWritePermission,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  countSchema,
  readQuery,
  readRequest,
  textSchema,
} from '@model-ci/backstage-plugin-model-ci-node';
import express, { type Request, type Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import type { RepositoryRow } from '../database/tables';
import type { UserDirectory } from '../owners/UserDirectory';
import type { RepositoryAuthorizer } from '../permissions/RepositoryAuthorizer';
import type { RepositoryService } from '../repositories/RepositoryService';
import { audited } from './audited';

export interface RepositoriesRouterOptions {
  repositories: RepositoryService;
  authorizer: RepositoryAuthorizer;
  users: UserDirectory;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
}

const pageShape = {
  cursor: textSchema(1000).optional(),
  limit: countSchema(1, 100).optional(),
};
const listQuery = z.strictObject({
  ...pageShape,
  q: textSchema(200).optional(),
});
const commitsQuery = z.strictObject({
  ...pageShape,
  ref: textSchema(200).optional(),
  notIn: textSchema(200).optional(),
});
const commitQuery = z.strictObject({
  branch: textSchema(200).optional(),
  creationId: creationIdSchema.optional(),
  expectedHead: z
    .string()
    .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'must be the id of a commit')
    .optional(),
  message: z.string(),
});

/** `/repositories`: what the portal and the scaffolder do with repositories. */
export function createRepositoriesRouter(
  options: RepositoriesRouterOptions,
): Router {
  const { repositories, authorizer, httpAuth, auditor } = options;
  const router = PromiseRouter();

  router.post('/', express.json(), async (req, res) => {
    const credentials = await httpAuth.credentials(req, { allow: ['user'] });
    const { body: input } = readRequest(req, {
      body: createGitRepositorySchema,
    });
    const { repository, created } = await audited(
      auditor,
      {
        eventId: 'repository-create',
        severityLevel: 'medium',
        request: req,
        meta: { repository: input.name, owner: input.owner },
      },
      async () => {
        await authorizer.require(credentials, gitRepositoryCreatePermission);
        return await repositories.create(
          input,
          credentials.principal.userEntityRef,
        );
      },
    );
    res.status(created ? 201 : 200).json(repository);
  });

  router.get('/', async (req, res) => {
    const credentials = await httpAuth.credentials(req, {
      allow: ['user', 'service'],
    });
    const { query } = readRequest(req, { query: listQuery });
    const readable = await authorizer.readable(credentials);
    res.json(
      readable.type === 'none'
        ? { items: [] }
        : await repositories.list(query, readable.conditions),
    );
  });

  router.get('/:name', async (req, res) => {
    const row = await findReadable(req);
    readRequest(req, {});
    res.json(repositories.present(row));
  });

  router.get('/:name/branches', async (req, res) => {
    const row = await findReadable(req);
    readRequest(req, {});
    res.json({ items: await repositories.branches(row) });
  });

  router.get('/:name/commits', async (req, res) => {
    const row = await findReadable(req);
    const { query } = readRequest(req, { query: commitsQuery });
    res.json(await repositories.commits(row, query));
  });

  router.post('/:name/commits', async (req, res) => {
    // What is still coming after an early refusal is read and dropped, or the client would never see the answer.
    res.on('finish', () => req.unpipe().resume());
    const credentials = await httpAuth.credentials(req, { allow: ['user'] });
    const query = readQuery(req, commitQuery);
    checkArchiveHeaders(req);
    const { name } = req.params;
    const commit = await audited(
      auditor,
      {
        eventId: 'repository-commit',
        severityLevel: 'medium',
        request: req,
        meta: { repository: name, branch: query.branch },
      },
      async describe => {
        await authorizer.requireFor(
          credentials,
          gitRepositoryWritePermission,
          name,
        );
        const row = await repositories.find(name);
        const user = await options.users.requireOwner(
          credentials.principal.userEntityRef,
          row.owner_ref,
          reason('gitHost.action.commit', { repository: name }),
        );
        const made = await repositories.commit(
          row,
          { ...query, archive: req },
          user,
        );
        describe({ commit: made });
        return made;
      },
    );
    res.status(201).json({ commit });
  });

  async function findReadable(req: Request): Promise<RepositoryRow> {
    const credentials = await httpAuth.credentials(req, {
      allow: ['user', 'service'],
    });
    const { name } = req.params;
    await authorizer.requireFor(credentials, gitRepositoryReadPermission, name);
    return await repositories.find(name);
  }

  return router;
}

function checkArchiveHeaders(req: Request): void {
  if (!req.is('application/x-tar') || req.get('content-encoding')) {
    throw new InputError(
      `Invalid headers: 'Content-Type': must be application/x-tar, and there must be no 'Content-Encoding': the body is a tar archive that is not compressed`,
    );
  }
}
