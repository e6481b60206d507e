import type { HttpAuthService } from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import {
  gitRepositoryBypassPermission,
  gitRepositoryReadPermission,
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
import { storeComment } from '../database/operations/pullRequests/storeComment';
import type { RepositoryRow } from '../database/tables';
import { closePullRequest } from '../pullRequests/closePullRequest';
import {
  noPullRequest,
  type PullRequestContext,
} from '../pullRequests/context';
import { mergePullRequest } from '../pullRequests/mergePullRequest';
import { openPullRequest } from '../pullRequests/openPullRequest';
import {
  listPullRequests,
  readPullRequest,
  readPullRequestDiff,
} from '../pullRequests/readPullRequests';
import { reopenPullRequest } from '../pullRequests/reopenPullRequest';
import { asMember, type MemberOptions, repositoryOf } from './asMember';

export interface PullRequestsRouterOptions extends MemberOptions {
  pullRequests: PullRequestContext;
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

/** `/repositories/:name/pull-requests`: whoever may read a repository sees them, whoever may push to it changes them. */
export function createPullRequestsRouter(
  options: PullRequestsRouterOptions,
): Router {
  const router = PromiseRouter({ mergeParams: true });
  addReadingRoutes(router, options);
  addChangingRoutes(router, options);
  addCommentRoute(router, options);
  return router;
}

const json = express.json({ limit: '512kb' });

function addReadingRoutes(
  router: Router,
  options: PullRequestsRouterOptions,
): void {
  const { pullRequests } = options;

  router.get('/', async (req, res) => {
    const { row } = await findReadable(req, options);
    const { query } = readRequest(req, { query: listQuery });
    res.json(await listPullRequests(pullRequests, row, query));
  });

  router.get('/:number', async (req, res) => {
    const { row, caller } = await findReadable(req, options);
    readRequest(req, {});
    const question = { number: numberOf(req), caller };
    res.json(await readPullRequest(pullRequests, row, question));
  });

  router.get('/:number/diff', async (req, res) => {
    const { row, caller } = await findReadable(req, options);
    readRequest(req, {});
    const question = { number: numberOf(req), caller };
    res.json(await readPullRequestDiff(pullRequests, row, question));
  });
}

function addChangingRoutes(
  router: Router,
  options: PullRequestsRouterOptions,
): void {
  const { pullRequests } = options;

  router.post('/', json, async (req, res) => {
    const { body: input } = readRequest(req, { body: openPullRequestSchema });
    const opened = await asMember(req, 'open', options, (row, { user }) =>
      openPullRequest(pullRequests, row, { input, by: user.userRef }),
    );
    res.status(201).json(opened);
  });

  router.post('/:number/close', async (req, res) => {
    readRequest(req, {});
    const number = numberOf(req);
    const closed = await asMember(req, 'close', options, (row, { user }) =>
      closePullRequest(pullRequests, row, { number, by: user.userRef }),
    );
    res.json(closed);
  });

  router.post('/:number/reopen', async (req, res) => {
    readRequest(req, {});
    const number = numberOf(req);
    const reopened = await asMember(req, 'reopen', options, (row, { user }) =>
      reopenPullRequest(pullRequests, row, { number, by: user.userRef }),
    );
    res.json(reopened);
  });

  router.post('/:number/merge', json, async (req, res) => {
    const { body: input } = readRequest(req, { body: mergePullRequestSchema });
    const number = numberOf(req);
    const merged = await asMember(
      req,
      'merge',
      options,
      (row, { user, demand }) =>
        mergePullRequest(pullRequests, row, {
          ...{ number, input, user },
          demandBypass: () => demand(gitRepositoryBypassPermission),
        }),
    );
    res.json(merged);
  });
}

function addCommentRoute(
  router: Router,
  { httpAuth, pullRequests, repositories }: PullRequestsRouterOptions,
): void {
  router.put('/:number/comment', json, async (req, res) => {
    await demandCommentator(req, httpAuth);
    const { body } = readRequest(req, { body: pullRequestCommentSchema });
    const { name: repository } = await repositories.find(repositoryOf(req));
    const number = numberOf(req);
    const at = pullRequests.now().toISOString();
    const comment = { repository, number, body: body.body, at };
    if (!(await storeComment(pullRequests.db, comment))) {
      throw noPullRequest(number);
    }
    res.status(204).end();
  });
}

async function demandCommentator(
  req: Request,
  httpAuth: HttpAuthService,
): Promise<void> {
  const { principal } = await httpAuth.credentials(req, { allow: ['service'] });
  if (principal.subject !== COMMENTATOR) {
    throw new NotAllowedError(`Only ${COMMENTATOR} comments on pull requests`);
  }
}

async function findReadable(
  req: Request,
  { authorizer, httpAuth, repositories }: PullRequestsRouterOptions,
): Promise<{ row: RepositoryRow; caller: string }> {
  const credentials = await httpAuth.credentials(req, {
    allow: ['user', 'service'],
  });
  const { principal } = credentials;
  const name = repositoryOf(req);
  await authorizer.requireFor(credentials, gitRepositoryReadPermission, name);
  return {
    row: await repositories.find(name),
    caller:
      principal.type === 'user' ? principal.userEntityRef : principal.subject,
  };
}

function numberOf({ params }: Request): number {
  if (!/^[1-9]\d{0,8}$/.test(params.number)) {
    throw invalidRequest('path', 'number', 'must be a positive whole number');
  }
  return Number(params.number);
}
