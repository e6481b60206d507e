import type {
  AuditorService,
  HttpAuthService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import {
  type GitPullRequest,
  gitRepositoryReadPermission,
  gitRepositoryWritePermission,
  mergePullRequestSchema,
  openPullRequestSchema,
  PULL_REQUEST_STATES,
  pullRequestCommentSchema,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  countSchema,
  invalidRequest,
  readRequest,
  textSchema,
} from '@model-ci/backstage-plugin-model-ci-node';
import express, { type Request, type Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import type { RepositoryRow } from '../database/tables';
import type { KnownUser, UserDirectory } from '../owners/UserDirectory';
import type { RepositoryAuthorizer } from '../permissions/RepositoryAuthorizer';
import type { PullRequestService } from '../pullRequests/PullRequestService';
import type { RepositoryService } from '../repositories/RepositoryService';
import { audited } from './audited';

export interface PullRequestsRouterOptions {
  pullRequests: PullRequestService;
  repositories: Pick<RepositoryService, 'find'>;
  authorizer: RepositoryAuthorizer;
  users: UserDirectory;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
}

const listQuery = z.strictObject({
  state: z
    .enum(
      PULL_REQUEST_STATES,
      `must be one of ${PULL_REQUEST_STATES.join(', ')}`,
    )
    .optional(),
  cursor: textSchema(1000).optional(),
  limit: countSchema(1, 100).optional(),
});
/** The only plugin that says what came of runs. */
const COMMENTATOR = 'plugin:model-ci';

/** `/repositories/:name/pull-requests`: whoever may read a repository sees them, whoever may push to it moves them. */
export function createPullRequestsRouter(
  options: PullRequestsRouterOptions,
): Router {
  const { authorizer, httpAuth, pullRequests, repositories } = options;
  const router = PromiseRouter({ mergeParams: true });
  const json = express.json({ limit: '512kb' });

  router.post('/', json, async (req, res) => {
    const { body } = readRequest(req, { body: openPullRequestSchema });
    const opened = await move(req, 'open', (repository, { userRef }) =>
      pullRequests.open(repository, body, userRef),
    );
    res.status(201).json(opened);
  });

  router.get('/', async (req, res) => {
    const row = await findReadable(req);
    const { query } = readRequest(req, { query: listQuery });
    res.json(await pullRequests.list(row, query));
  });

  router.get('/:number', async (req, res) => {
    const row = await findReadable(req);
    readRequest(req, {});
    res.json(await pullRequests.find(row, numberOf(req)));
  });

  router.get('/:number/diff', async (req, res) => {
    const row = await findReadable(req);
    readRequest(req, {});
    res.json(await pullRequests.diff(row, numberOf(req)));
  });

  router.post('/:number/close', async (req, res) => {
    readRequest(req, {});
    const number = numberOf(req);
    const closed = await move(req, 'close', (repository, { userRef }) =>
      pullRequests.close(repository, number, userRef),
    );
    res.json(closed);
  });

  router.post('/:number/reopen', async (req, res) => {
    readRequest(req, {});
    const number = numberOf(req);
    const reopened = await move(req, 'reopen', (repository, { userRef }) =>
      pullRequests.reopen(repository, number, userRef),
    );
    res.json(reopened);
  });

  router.post('/:number/merge', json, async (req, res) => {
    const { body } = readRequest(req, { body: mergePullRequestSchema });
    const number = numberOf(req);
    const merged = await move(req, 'merge', (repository, user) =>
      pullRequests.merge(repository, number, body, user),
    );
    res.json(merged);
  });

  router.put('/:number/comment', json, async (req, res) => {
    const { principal } = await httpAuth.credentials(req, {
      allow: ['service'],
    });
    if (principal.subject !== COMMENTATOR) {
      throw new NotAllowedError(
        `Only ${COMMENTATOR} comments on pull requests`,
      );
    }
    const { body } = readRequest(req, { body: pullRequestCommentSchema });
    const row = await repositories.find(nameOf(req));
    await pullRequests.comment(row, numberOf(req), body.body);
    res.status(204).end();
  });

  async function findReadable(req: Request): Promise<RepositoryRow> {
    const credentials = await httpAuth.credentials(req, {
      allow: ['user', 'service'],
    });
    const name = nameOf(req);
    await authorizer.requireFor(credentials, gitRepositoryReadPermission, name);
    return await repositories.find(name);
  }

  /** What needs the right to push. */
  async function move(
    req: Request,
    action: 'open' | 'close' | 'reopen' | 'merge',
    work: (
      repository: RepositoryRow,
      user: KnownUser,
    ) => Promise<GitPullRequest>,
  ): Promise<GitPullRequest> {
    const credentials = await httpAuth.credentials(req, { allow: ['user'] });
    const { number } = req.params;
    const name = nameOf(req);
    return await audited(
      options.auditor,
      {
        eventId: 'pull-request',
        severityLevel: 'medium',
        request: req,
        meta: { repository: name, action, ...(number && { number }) },
      },
      async describe => {
        await authorizer.requireFor(
          credentials,
          gitRepositoryReadPermission,
          name,
        );
        await authorizer.requireFor(
          credentials,
          gitRepositoryWritePermission,
          name,
        );
        const row = await repositories.find(name);
        const user = await options.users.requireOwner(
          credentials.principal.userEntityRef,
          row.owner_ref,
          `${action} pull requests of ${name}`,
        );
        const moved = await work(row, user);
        describe({ number: moved.number, head: moved.head });
        return moved;
      },
    );
  }

  return router;
}

function numberOf({ params }: Request): number {
  if (!/^[1-9]\d{0,8}$/.test(params.number)) {
    throw invalidRequest('path', 'number', 'must be a positive whole number');
  }
  return Number(params.number);
}

/** Of the router around this one, whose parameters express does not type. */
function nameOf(req: Request): string {
  return req.params.name;
}
