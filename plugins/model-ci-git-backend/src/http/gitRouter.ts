import type {
  AuditorService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError, toError } from '@backstage/errors';
import {
  gitRepositoryReadPermission,
  gitRepositoryWritePermission,
  type GitTokenScope,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Request, Response, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { Knex } from 'knex';
import { findRepositories } from '../database/operations/repositories/findRepositories';
import type { RepositoryRow } from '../database/tables';
import type {
  GitHttpBackend,
  GitOutcome,
  GitService,
} from '../git/httpBackend';
import type { UserDirectory } from '../owners/UserDirectory';
import type { PushAnnouncer } from '../pushes/PushAnnouncer';
import type { FailureLimiter } from '../tokens/FailureLimiter';
import type { TokenPolicy } from '../permissions/TokenPolicy';
import type { TokenGrant, TokenService } from '../tokens/TokenService';

export interface GitRouterOptions {
  db: Knex;
  backend: GitHttpBackend;
  tokens: TokenService;
  policy: TokenPolicy;
  failures: FailureLimiter;
  users: UserDirectory;
  announcer: PushAnnouncer;
  auditor: AuditorService;
  logger: LoggerService;
  maxConcurrentRequests: number;
}

const SERVICES: GitService[] = ['git-upload-pack', 'git-receive-pack'];

/**
 * Paths that git asks for. Git knows no Backstage credentials, so these alone are open to requests without any;
 * every one of them checks a token itself.
 */
export const GIT_PATHS = [
  '/:repository.git/info/refs',
  ...SERVICES.map(service => `/:repository.git/${service}`),
];

/** An answer in words. git shows a refusal to its user only as plain text. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

/**
 * git's smart HTTP protocol. Each request needs a token that is good for it, the permission policy's consent, and to push
 * also membership in the owner by the catalog.
 */
export function createGitRouter(options: GitRouterOptions): Router {
  const router = PromiseRouter();

  router.get('/:repository.git/info/refs', async (req, res) => {
    const service = SERVICES.find(each => each === req.query.service);
    await answer(req, res, options, service, 'info/refs');
  });
  for (const service of SERVICES) {
    router.post(`/:repository.git/${service}`, async (req, res) => {
      await answer(req, res, options, service, 'rpc');
    });
  }
  return router;
}

async function answer(
  req: Request,
  res: Response,
  options: GitRouterOptions,
  service: GitService | undefined,
  step: 'info/refs' | 'rpc',
): Promise<void> {
  res.set('Cache-Control', 'no-store');
  try {
    if (!service) {
      throw new Refusal(
        403,
        'This host speaks the smart HTTP protocol only: update git',
      );
    }
    const grant = await authenticate(req, options);
    const repository = await findRepository(req.params.repository, options);
    if (options.backend.running >= options.maxConcurrentRequests) {
      throw new Refusal(503, 'The git host is busy: try again in a moment', {
        'Retry-After': '5',
      });
    }
    const { user } = grant;
    if (service === 'git-receive-pack') {
      await push(req, res, { ...options, step, user, grant, repository });
    } else {
      await checkAccess(grant, repository, 'read', options);
      await serve(req, res, {
        ...options,
        service,
        step,
        user,
        grant,
        repository,
      });
    }
  } catch (error) {
    refuse(req, res, error, options.logger);
  }
}

async function authenticate(
  req: Request,
  { tokens, failures }: GitRouterOptions,
): Promise<TokenGrant> {
  const challenge = {
    'WWW-Authenticate': 'Basic realm="Model CI git", charset="UTF-8"',
  };
  const basic = req.get('authorization')?.match(/^Basic ([A-Za-z0-9+/=]+)$/i);
  if (!basic) {
    throw new Refusal(
      401,
      'Use a git token of the portal as the password',
      challenge,
    );
  }
  const [, password = ''] =
    Buffer.from(basic[1], 'base64')
      .toString()
      .match(/^[^:]*:(.*)$/s) ?? [];
  const grant = await tokens.authenticate(password);
  if (grant) {
    return grant;
  }
  const wait = failures.fail(req.ip ?? '');
  if (wait > 0) {
    throw new Refusal(429, `Too many wrong tokens: wait ${wait} seconds`, {
      'Retry-After': String(wait),
    });
  }
  throw new Refusal(
    401,
    'This git token is wrong, expired or revoked: make a new one in the portal',
    challenge,
  );
}

/** Whether the token, and then whether the permission policy lets its user do it. */
async function checkAccess(
  grant: TokenGrant,
  repository: RepositoryRow,
  access: GitTokenScope,
  { policy }: GitRouterOptions,
): Promise<void> {
  if (grant.repository !== undefined && grant.repository !== repository.name) {
    throw new NotAllowedError(
      `This git token is good for the repository ${grant.repository} alone`,
    );
  }
  if (access === 'write' && grant.scope !== 'write') {
    throw new NotAllowedError('This git token may read, but not push');
  }
  await policy.require(
    grant.user,
    gitRepositoryReadPermission,
    repository.name,
  );
  if (access === 'write') {
    await policy.require(
      grant.user,
      gitRepositoryWritePermission,
      repository.name,
    );
  }
}

async function findRepository(
  name: string,
  { db }: GitRouterOptions,
): Promise<RepositoryRow> {
  const row = (await findRepositories(db, { names: [name] })).get(name);
  if (!row) {
    throw new Refusal(404, 'There is no repository of this name');
  }
  return row;
}

interface AuthorizedRequest extends GitRouterOptions {
  step: 'info/refs' | 'rpc';
  user: string;
  grant: TokenGrant;
  repository: RepositoryRow;
}

async function push(
  req: Request,
  res: Response,
  request: AuthorizedRequest,
): Promise<void> {
  const { users, announcer, logger, step, user, repository } = request;
  try {
    await checkAccess(request.grant, repository, 'write', request);
    await users.requireOwner(
      user,
      repository.owner_ref,
      `push to ${repository.name}`,
    );
  } catch (error) {
    // git asks first what there is: who is refused then never gets to the push itself.
    await (await auditPush(req, request)).fail({ error: toError(error) });
    throw error;
  }
  if (step === 'info/refs') {
    await serve(req, res, { ...request, service: 'git-receive-pack' });
    return;
  }
  const event = await auditPush(req, request);
  try {
    const outcome = await serve(req, res, {
      ...request,
      service: 'git-receive-pack',
      // Once the client hears that the push is done, no crash can keep it from being announced.
      beforeEnd: async () => {
        await announcer.record(repository, user).catch(error => {
          logger.error('A push is not recorded yet, a sweep will', error);
        });
      },
    });
    if (outcome.type === 'aborted') {
      await event.fail({
        error: new Error(`The push was ended: ${outcome.reason}`),
      });
    } else {
      await event.success();
    }
  } catch (error) {
    await event.fail({ error: toError(error) });
    throw error;
  }
  announcer.publish(repository).catch(error => {
    logger.error('A push is not published yet, a sweep will', error);
  });
}

async function auditPush(
  req: Request,
  { auditor, repository, user }: AuthorizedRequest,
) {
  return await auditor.createEvent({
    eventId: 'repository-push',
    severityLevel: 'medium',
    request: req,
    meta: { repository: repository.name, user },
  });
}

async function serve(
  req: Request,
  res: Response,
  request: AuthorizedRequest & {
    service: GitService;
    beforeEnd?: () => Promise<void>;
  },
): Promise<GitOutcome> {
  const { backend, logger, service, step, user, repository } = request;
  const outcome = await backend.serve(req, res, {
    repository: repository.name,
    service,
    step,
    user,
    beforeEnd: request.beforeEnd,
  });
  switch (outcome.type) {
    case 'failed':
      throw new Error(
        `git http-backend ended with status ${outcome.status} and no answer: ${outcome.stderr}`,
      );
    case 'aborted':
      logger.info(
        `${service} on ${repository.name} was ended: ${outcome.reason}`,
      );
      break;
    default:
      if (outcome.stderr) {
        logger.debug(`${service} on ${repository.name}: ${outcome.stderr}`);
      }
  }
  return outcome;
}

function refuse(
  req: Request,
  res: Response,
  error: unknown,
  logger: LoggerService,
): void {
  // The body that is still coming would otherwise keep the client from reading the answer.
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
  } else {
    logger.error(`A request of git to ${req.path} failed`, toError(error));
    res.status(500).send('The git host failed; its log says why\n');
  }
}
