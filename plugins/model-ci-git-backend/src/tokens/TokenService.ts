import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { InputError, NotFoundError } from '@backstage/errors';
import type {
  CreatedGitToken,
  CreateGitTokenInput,
  GitToken,
  GitTokenScope,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Knex } from 'knex';
import { deleteToken } from '../database/operations/tokens/deleteToken';
import { findTokenByHash } from '../database/operations/tokens/findTokenByHash';
import { insertToken } from '../database/operations/tokens/insertToken';
import { listTokens } from '../database/operations/tokens/listTokens';
import { touchToken } from '../database/operations/tokens/touchToken';
import type { TokenRow } from '../database/tables';

const DEFAULT_DAYS = 90;
const DAY = 86_400_000;
const MINUTE = 60_000;
const MAX_TOKENS_PER_USER = 50;
/** Lets people and secret scanners see what such a text is. */
const PREFIX = 'mcgit_';

/** Whom a token stands for, and what it is good for. */
export interface TokenGrant {
  /** Entity ref of the user. */
  user: string;
  scope: GitTokenScope;
  /** The only repository that it is good for. */
  repository?: string;
}

export interface TokenServiceOptions {
  db: Knex;
  now?: () => Date;
}

/**
 * Passwords for git. A token is 256 random bits, so its plain SHA-256 is kept: there is nothing to guess that a
 * slow hash would protect, and finding it by its hash reveals nothing about the text through timing.
 */
export class TokenService {
  readonly #db: Knex;
  readonly #now: () => Date;

  constructor(options: TokenServiceOptions) {
    this.#db = options.db;
    this.#now = options.now ?? (() => new Date());
  }

  /** Makes a token; nobody can read it again later. */
  async create(
    userRef: string,
    input: CreateGitTokenInput,
  ): Promise<CreatedGitToken> {
    const mine = await listTokens(this.#db, { userRef });
    if (mine.length >= MAX_TOKENS_PER_USER) {
      throw new InputError(
        `You have ${mine.length} tokens already: revoke one that is no longer needed`,
      );
    }
    const token = `${PREFIX}${randomBytes(32).toString('base64url')}`;
    const now = this.#now();
    const days = input.expiresInDays ?? DEFAULT_DAYS;
    const row: TokenRow = {
      id: randomUUID(),
      user_ref: userRef,
      name: input.name,
      hash: hashToken(token),
      created_at: now.toISOString(),
      expires_at: new Date(now.getTime() + days * DAY).toISOString(),
      last_used_at: null,
      scope: input.scope ?? 'write',
      repository: input.repository ?? null,
    };
    await insertToken(this.#db, row);
    return { ...toToken(row), token };
  }

  async list(userRef: string): Promise<GitToken[]> {
    return (await listTokens(this.#db, { userRef })).map(toToken);
  }

  async revoke(userRef: string, id: string): Promise<void> {
    if (!(await deleteToken(this.#db, { userRef, id }))) {
      throw new NotFoundError(`You have no token with the id '${id}'`);
    }
  }

  /** What a token is good for; `undefined` when it is wrong, expired or revoked. */
  async authenticate(token: string): Promise<TokenGrant | undefined> {
    if (!token.startsWith(PREFIX)) {
      return undefined;
    }
    const now = this.#now();
    const row = await findTokenByHash(this.#db, {
      hash: hashToken(token),
      at: now.toISOString(),
    });
    if (row && isStale(row.last_used_at, now)) {
      await touchToken(this.#db, { id: row.id, at: now.toISOString() });
    }
    return (
      row && {
        user: row.user_ref,
        scope: row.scope,
        repository: row.repository ?? undefined,
      }
    );
  }
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** A clone is several requests: one write a minute says enough. */
function isStale(lastUsedAt: string | null, now: Date): boolean {
  return !lastUsedAt || now.getTime() - Date.parse(lastUsedAt) >= MINUTE;
}

function toToken(row: TokenRow): GitToken {
  return {
    id: row.id,
    name: row.name,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at ?? undefined,
    scope: row.scope,
    repository: row.repository ?? undefined,
  };
}
