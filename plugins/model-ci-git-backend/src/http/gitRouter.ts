import type {
  AuditorService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError, toError } from '@backstage/errors';
import type { Request, Response, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import {
  BODY_RATE,
  LargeBodyError,
  openBody,
  StalledBodyError,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { RepositoryRow } from '../database/tables';
import type {
  GitHttpBackend,
  GitOutcome,
  GitRequest,
  GitService,
} from '../git/httpBackend';
import {
  describeRefs,
  findForbiddenRefs,
  formatRefusal,
  type PushCommand,
  type PushRequest,
} from '../git/pushCommands';
import { readPush } from '../git/readPush';
import { findUnmoved } from '../git/findUnmoved';
import type { PullRequestContext } from '../pullRequests/context';
import {
  openPushedRequest,
  refusePushedRequest,
} from '../pullRequests/openPullRequest';
import {
  type AskedRequest,
  readRequestOptions,
} from '../pullRequests/pushOptions';
import type { PushAnnouncer } from '../pushes/PushAnnouncer';
import type { TokenGrant } from '../tokens/TokenService';
import {
  authenticate,
  checkAccess,
  findServed,
  type GitAccessOptions,
  Refusal,
} from './gitAccess';
import type { Slots } from './Slots';

export interface GitRouterOptions extends GitAccessOptions {
  backend: GitHttpBackend;
  slots: Slots;
  announcer: PushAnnouncer;
  pullRequests: PullRequestContext;
  auditor: AuditorService;
  logger: LoggerService;
  folderOf(repository: RepositoryRow): string;
  /** How large a pack a push to a repository may bring now; refuses where its owner has no room left. */
  roomFor(repository: RepositoryRow): Promise<number>;
  /** Notes how much a repository takes, after it was pushed to. */
  measure(repository: RepositoryRow): Promise<void>;
  maxRefsPerPush: number;
}

const SERVICES: GitService[] = ['git-upload-pack', 'git-receive-pack'];
/** What a fetch wants and has. A repository with 100,000 branches needs less. */
const MAX_FETCH_BYTES = 16 * 1024 * 1024;
const HEADS = 'refs/heads/';
/** What a push may hold besides its pack. */
const MAX_COMMAND_BYTES = 2 * 1024 * 1024;

/**
 * Paths that git asks for. Git knows no Backstage credentials, so these alone are open to requests without any;
 * every one of them checks a token itself.
 */
export const GIT_PATHS = [
  '/:repository.git/info/refs',
  ...SERVICES.map(service => `/:repository.git/${service}`),
];

/**
 * git's smart HTTP protocol. Each request needs a token that is good for it, the permission policy's consent, and to push
 * also membership in the owner by the catalog.
 */
export function createGitRouter(options: GitRouterOptions): Router {
  const router = PromiseRouter();

  router.get('/:repository.git/info/refs', async (req, res) => {
    await answer(req, res, options, async grant => {
      const service = SERVICES.find(each => each === req.query.service);
      if (!service) {
        throw new Refusal(
          403,
          'This host speaks the smart HTTP protocol only: update git',
        );
      }
      await announce(req, res, { ...options, grant, service });
    });
  });
  router.post('/:repository.git/git-upload-pack', async (req, res) => {
    await answer(req, res, options, async grant => {
      await fetchPack(req, res, { ...options, grant });
    });
  });
  router.post('/:repository.git/git-receive-pack', async (req, res) => {
    await answer(req, res, options, async grant => {
      await push(req, res, { ...options, grant });
    });
  });
  return router;
}

type Granted = GitRouterOptions & { grant: TokenGrant };

async function answer(
  req: Request,
  res: Response,
  options: GitRouterOptions,
  work: (grant: TokenGrant) => Promise<void>,
): Promise<void> {
  res.set('Cache-Control', 'no-store');
  try {
    await work(await authenticate(req, options));
  } catch (error) {
    refuse(req, res, error, options.logger);
  }
}

/** `info/refs`: what there is to fetch, or what a push would be compared with. */
async function announce(
  req: Request,
  res: Response,
  request: Granted & { service: GitService },
): Promise<void> {
  const { grant, service } = request;
  const repository = await findServed(req.params.repository, request);
  const access = service === 'git-receive-pack' ? 'write' : 'read';
  await checkAudited(req, repository, access, request);
  await serve(req, res, {
    ...request,
    repository,
    ask: { service, step: 'info/refs', user: grant.user },
  });
}

async function fetchPack(
  req: Request,
  res: Response,
  request: Granted,
): Promise<void> {
  const { auditor, grant } = request;
  const repository = await findServed(req.params.repository, request);
  await checkAudited(req, repository, 'read', request);
  // All of it, before it takes one of the places: whoever sends slowly holds nobody up.
  const body = openBody(req, { maxBytes: MAX_FETCH_BYTES, ...BODY_RATE });
  const wanted = Buffer.concat(await body.toArray());
  const ask = {
    service: 'git-upload-pack',
    step: 'rpc',
    user: grant.user,
    body: wanted,
  } as const;
  if (isListing(wanted)) {
    await serve(req, res, { ...request, repository, ask });
    return;
  }
  const event = await auditor.createEvent({
    eventId: 'repository-read',
    severityLevel: 'low',
    request: req,
    meta: { repository: repository.name, user: grant.user, by: 'fetch' },
  });
  try {
    await serve(req, res, { ...request, repository, ask });
    await event.success();
  } catch (error) {
    await event.fail({ error: toError(error) });
    throw error;
  }
}

/** In version 2 of the protocol, a request of its own asks for the branches alone. */
function isListing(wanted: Buffer): boolean {
  return wanted.subarray(4, 19).toString('latin1') === 'command=ls-refs';
}

async function push(
  req: Request,
  res: Response,
  request: Granted,
): Promise<void> {
  const { grant, roomFor } = request;
  const repository = await findServed(req.params.repository, request);
  await checkAudited(req, repository, 'write', request);
  const maxPackBytes = await roomFor(repository);
  const body = openBody(req, {
    maxBytes: maxPackBytes + MAX_COMMAND_BYTES,
    ...BODY_RATE,
  });
  const head = await readPush(body, { maxRefs: request.maxRefsPerPush });
  const commands = head.request?.commands ?? [];
  const event = await auditPush(req, repository, commands, request);
  try {
    const asked: AskedRequest = head.request
      ? readRequestOptions(head.request)
      : { type: 'none' };
    const reason =
      head.type === 'invalid'
        ? head.reason
        : findForbiddenRefs(commands) ??
          (await refusePushedRequest(request.pullRequests, repository, asked));
    if (reason) {
      refusePush(req, res, head.request, reason);
      throw new NotAllowedError(reason);
    }
    const outcome = await serve(req, res, {
      ...request,
      repository,
      ask: {
        service: 'git-receive-pack',
        step: 'rpc',
        user: grant.user,
        body,
        maxPackBytes,
        beforeEnd: async () => {
          await recordPush(repository, head.request, request);
          await openRequest(repository, asked, request);
        },
      },
    });
    await checkOutcome(outcome, repository, commands, request);
    await event.success();
  } catch (error) {
    await event.fail({ error: toError(error) });
    // The client has its answer where the push as such was refused.
    if (!res.headersSent) {
      throw error;
    }
  }
  request.announcer.publish(repository).catch(error => {
    request.logger.error('A push is not published yet, a sweep will', error);
  });
}

/** Once the client hears that the push is done, no crash can keep it from being announced. */
async function recordPush(
  repository: RepositoryRow,
  pushed: PushRequest | undefined,
  { announcer, grant, logger, measure }: Granted,
): Promise<void> {
  const moved = {
    pushedBy: grant.user,
    heads: (pushed?.commands ?? []).flatMap(({ ref, after }) =>
      ref.startsWith(HEADS) ? { branch: ref.slice(HEADS.length), after } : [],
    ),
    skip: pushed?.options.includes('ci.skip'),
  };
  await announcer.record(repository, moved).catch(error => {
    logger.error('A push is not recorded yet, a sweep will', error);
  });
  await measure(repository).catch(error => {
    logger.warn('A repository could not be measured', error);
  });
}

/** The branch is pushed by then, whatever keeps its request from being opened. */
async function openRequest(
  repository: RepositoryRow,
  asked: AskedRequest,
  { grant, logger, pullRequests }: Granted,
): Promise<void> {
  await openPushedRequest(pullRequests, repository, {
    ...{ asked, by: grant.user },
  }).catch(error =>
    logger.warn(
      `A push to ${repository.name} opened no pull request: ${error}`,
    ),
  );
}

/** What git did not do is refused, though the request as such was answered. */
async function checkOutcome(
  outcome: GitOutcome,
  repository: RepositoryRow,
  commands: PushCommand[],
  { folderOf }: Granted,
): Promise<void> {
  if (outcome.type === 'aborted') {
    throw new Error(`The push was ended: ${outcome.reason}`);
  }
  const unmoved = await findUnmoved(folderOf(repository), commands);
  if (unmoved.length > 0) {
    throw new NotAllowedError(
      `git refused ${describeRefs(unmoved).join(', ')}`,
    );
  }
}

function refusePush(
  req: Request,
  res: Response,
  request: PushRequest | undefined,
  reason: string,
): void {
  req.resume();
  if (!request || request.commands.length === 0) {
    throw new Refusal(400, reason);
  }
  res
    .status(200)
    .type('application/x-git-receive-pack-result')
    .send(formatRefusal(request, reason));
}

/** Checks access; a refusal is in the audit, which a request that comes no further would not get into otherwise. */
async function checkAudited(
  req: Request,
  repository: RepositoryRow,
  access: 'read' | 'write',
  request: Granted,
): Promise<void> {
  const { auditor, grant } = request;
  try {
    await checkAccess(grant, repository, access, request);
  } catch (error) {
    const event =
      access === 'write'
        ? await auditPush(req, repository, undefined, request)
        : await auditor.createEvent({
            eventId: 'repository-read',
            severityLevel: 'low',
            request: req,
            meta: {
              repository: repository.name,
              user: grant.user,
              by: 'fetch',
            },
          });
    await event.fail({ error: toError(error) });
    throw error;
  }
}

async function auditPush(
  req: Request,
  repository: RepositoryRow,
  commands: PushCommand[] | undefined,
  { auditor, grant }: Granted,
) {
  return await auditor.createEvent({
    eventId: 'repository-push',
    severityLevel: 'medium',
    request: req,
    meta: {
      repository: repository.name,
      user: grant.user,
      // git asks first what there is: who is refused then never gets to say what would be pushed.
      ...(commands && { refs: describeRefs(commands) }),
    },
  });
}

async function serve(
  req: Request,
  res: Response,
  request: Granted & {
    repository: RepositoryRow;
    ask: Omit<GitRequest, 'repository'>;
  },
): Promise<GitOutcome> {
  const { ask, backend, grant, logger, repository, slots } = request;
  const slot = slots.take(grant.user, req.ip ?? '');
  if (slot.type === 'busy') {
    throw describeBusy(slot.who);
  }
  try {
    const outcome = await backend.serve(req, res, {
      ...ask,
      repository: repository.name,
    });
    switch (outcome.type) {
      case 'failed':
        throw new Error(
          `git http-backend ended with status ${outcome.status} and no answer: ${outcome.stderr}`,
        );
      case 'aborted':
        logger.info(
          `${ask.service} on ${repository.name} was ended: ${outcome.reason}`,
        );
        break;
      default:
        if (outcome.stderr) {
          logger.debug(
            `${ask.service} on ${repository.name}: ${outcome.stderr}`,
          );
        }
    }
    return outcome;
  } finally {
    slot.release();
  }
}

function describeBusy(who: 'host' | 'user' | 'address'): Refusal {
  const wait = { 'Retry-After': '5' };
  switch (who) {
    case 'user':
      return new Refusal(
        429,
        'You have too many clones, fetches and pushes at the same time: wait until some are done',
        wait,
      );
    case 'address':
      return new Refusal(
        429,
        'Too many clones, fetches and pushes come from your address at the same time: wait until some are done',
        wait,
      );
    default:
      return new Refusal(
        503,
        'The git host is busy: try again in a moment',
        wait,
      );
  }
}

function refuse(
  req: Request,
  res: Response,
  error: unknown,
  logger: LoggerService,
): void {
  // The body that is still coming would otherwise keep the client from reading the answer.
  req.unpipe();
  req.resume();
  if (res.headersSent) {
    res.destroy();
    return;
  }
  res.type('text/plain');
  if (error instanceof Refusal) {
    res.status(error.status).set(error.headers).send(`${error.message}\n`);
  } else if (error instanceof NotAllowedError) {
    res.status(403).send(`${error.message}\n`);
  } else if (error instanceof LargeBodyError) {
    res.status(413).send('The request is larger than any fetch is\n');
  } else if (error instanceof StalledBodyError) {
    res
      .status(408)
      .set('Connection', 'close')
      .send('The request did not go on\n');
  } else if (res.destroyed) {
    logger.debug(`A client of git at ${req.path} is gone`);
  } else {
    logger.error(`A request of git to ${req.path} failed`, toError(error));
    res.status(500).send('The git host failed; its log says why\n');
  }
}
