import { NotAllowedError } from '@backstage/errors';
import {
  gitRepositoryReadPermission,
  gitRepositoryWritePermission,
  type GitTokenScope,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Request } from 'express';
import type { Knex } from 'knex';
import { findRepositories } from '../database/operations/repositories/findRepositories';
import type { RepositoryRow } from '../database/tables';
import type { UserDirectory } from '../owners/UserDirectory';
import type { TokenPolicy } from '../permissions/TokenPolicy';
import type { TokenGrant, TokenService } from '../tokens/TokenService';
import type { WindowLimiter } from '@model-ci/backstage-plugin-model-ci-node';

export interface GitAccessOptions {
  db: Knex;
  tokens: TokenService;
  policy: TokenPolicy;
  users: UserDirectory;
  /** Wrong tokens per address. */
  failures: WindowLimiter;
  /** Requests per user. */
  requests: WindowLimiter;
}

/** A request of git whose token is good for what it wants. */
export interface GitAccess {
  user: string;
  repository: RepositoryRow;
}

/** An answer in words. git shows a refusal to its user only as plain text. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
    this.name = 'Refusal';
  }
}

const REALM = 'Basic realm="Model CI git", charset="UTF-8"';
const CHALLENGE = { 'WWW-Authenticate': REALM, 'LFS-Authenticate': REALM };

/** Whom the token of a request stands for. */
export async function authenticate(
  req: Request,
  { tokens, failures, requests }: GitAccessOptions,
): Promise<TokenGrant> {
  const basic = req.get('authorization')?.match(/^Basic ([A-Za-z0-9+/=]+)$/i);
  if (!basic) {
    throw new Refusal(
      401,
      'Use a git token of the portal as the password',
      CHALLENGE,
    );
  }
  const [, password = ''] =
    Buffer.from(basic[1], 'base64')
      .toString()
      .match(/^[^:]*:(.*)$/s) ?? [];
  const grant = await tokens.authenticate(password);
  if (grant) {
    slowDown(requests.count(grant.user), 'Too many requests');
    return grant;
  }
  slowDown(failures.count(req.ip ?? ''), 'Too many wrong tokens');
  throw new Refusal(
    401,
    'This git token is wrong, expired or revoked: make a new one in the portal',
    CHALLENGE,
  );
}

/** Whether the token, the permission policy and the catalog let its user read or push to a repository. */
export async function checkAccess(
  grant: TokenGrant,
  repository: RepositoryRow,
  access: GitTokenScope,
  { policy, users }: GitAccessOptions,
): Promise<void> {
  const { name } = repository;
  if (grant.repository !== undefined && grant.repository !== name) {
    throw new NotAllowedError(
      `This git token is good for the repository ${grant.repository} alone`,
    );
  }
  if (access === 'write' && grant.scope !== 'write') {
    throw new NotAllowedError('This git token may read, but not push');
  }
  await policy.require(grant.user, gitRepositoryReadPermission, name);
  if (access === 'write') {
    await policy.require(grant.user, gitRepositoryWritePermission, name);
    await users.requireOwner(
      grant.user,
      repository.owner_ref,
      reason('gitHost.action.push', { repository: name }),
    );
  }
}

export async function findServed(
  name: string,
  { db }: GitAccessOptions,
): Promise<RepositoryRow> {
  const row = (await findRepositories(db, { names: [name] })).get(name);
  if (!row) {
    throw new Refusal(404, 'There is no repository of this name');
  }
  return row;
}

function slowDown(wait: number, what: string): void {
  if (wait > 0) {
    throw new Refusal(429, `${what}: wait ${wait} seconds`, {
      'Retry-After': String(wait),
    });
  }
}
