import {
  createHash,
  randomBytes,
  randomUUID,
  timingSafeEqual,
} from 'node:crypto';
import { NotFoundError } from '@backstage/errors';
import {
  reason,
  TOKEN_ACTIONS,
  type CreatedMachineToken,
  type MachineToken,
  type TokenAction,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Knex } from 'knex';
import { deleteToken } from '../database/operations/tokens/deleteToken';
import { insertToken } from '../database/operations/tokens/insertToken';
import {
  findToken,
  listTokens,
  type ListedToken,
} from '../database/operations/tokens/listTokens';
import { touchToken } from '../database/operations/tokens/touchToken';
import { withReason } from '../withReason';

const DEFAULT_DAYS = 90;
const DAY = 86_400_000;
const MINUTE = 60_000;
/** Revoking the right one of more is a matter of luck. Not configurable: a CI needs one. */
const MAX_TOKENS_PER_PIPELINE = 50;
/** Bytes of the public part: enough that two never meet. */
const PUBLIC_BYTES = 8;
const SECRET_BYTES = 32;
/** The prefix lets people and secret scanners see what such a text is. */
const TOKEN = /^mci_([0-9a-f]{16})_[A-Za-z0-9_-]{43}$/;

/** Whom a token stands for, and what it is good for. */
export interface MachineGrant {
  tokenId: string;
  tokenName: string;
  /** Entity ref of who made it. */
  user: string;
  actions: readonly TokenAction[];
  pipelineRefs: readonly string[];
}

export interface NewToken {
  pipelineRefs: string[];
  name: string;
  actions: readonly TokenAction[];
  expiresInDays?: number;
  createdBy: string;
}

/**
 * Tokens of machines. A token is 256 random bits, so its plain SHA-256 is kept: there is nothing to guess that a slow hash
 * would protect. A public part finds the row, so that the secret is compared in constant time.
 */
export class TokenService {
  readonly #db: Knex;
  readonly #now: () => number;

  constructor(options: { db: Knex; now(): number }) {
    this.#db = options.db;
    this.#now = options.now;
  }

  /** Makes a token; nobody can read it again later. */
  async create(input: NewToken): Promise<CreatedMachineToken> {
    const publicId = randomBytes(PUBLIC_BYTES).toString('hex');
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    const token = `mci_${publicId}_${secret}`;
    const now = this.#now();
    const days = input.expiresInDays ?? DEFAULT_DAYS;
    const row = {
      id: randomUUID(),
      public_id: publicId,
      hash: hashOf(token),
      name: input.name,
      actions: input.actions.join(','),
      created_by: input.createdBy,
      created_at: new Date(now).toISOString(),
      expires_at: new Date(now + days * DAY).toISOString(),
      last_used_at: null,
    };
    const { pipelineRefs } = input;
    await insertToken(this.#db, {
      ...{ token: row, pipelineRefs },
      max: MAX_TOKENS_PER_PIPELINE,
    });
    return { ...toToken({ ...row, pipelineRefs }), token };
  }

  /** Of one pipeline, newest first. */
  async list(pipelineRef: string): Promise<MachineToken[]> {
    return (await listTokens(this.#db, { pipelineRef })).map(toToken);
  }

  /** Rejects with a `NotFoundError` where the pipeline has no such token. */
  async revoke(pipelineRef: string, id: string): Promise<void> {
    if (!(await deleteToken(this.#db, { id, pipelineRef }))) {
      throw withReason(
        NotFoundError,
        reason('error.noToken', { pipeline: pipelineRef, token: id }),
      );
    }
  }

  /** What a token is good for; `undefined` when it is wrong, expired or revoked. */
  async authenticate(token: string): Promise<MachineGrant | undefined> {
    const [, publicId] = TOKEN.exec(token) ?? [];
    const row =
      publicId === undefined
        ? undefined
        : await findToken(this.#db, { publicId });
    const now = this.#now();
    if (!row || !isSame(row.hash, token) || Date.parse(row.expires_at) <= now) {
      return undefined;
    }
    if (isStale(row.last_used_at, now)) {
      const at = new Date(now).toISOString();
      await touchToken(this.#db, { id: row.id, at });
    }
    return {
      tokenId: row.id,
      tokenName: row.name,
      user: row.created_by,
      actions: actionsOf(row),
      pipelineRefs: row.pipelineRefs,
    };
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function isSame(hash: string, token: string): boolean {
  return timingSafeEqual(Buffer.from(hash), Buffer.from(hashOf(token)));
}

/** A build is many requests: one write a minute says enough. */
function isStale(lastUsedAt: string | null, now: number): boolean {
  return lastUsedAt === null || now - Date.parse(lastUsedAt) >= MINUTE;
}

function actionsOf({ actions }: Pick<ListedToken, 'actions'>): TokenAction[] {
  const granted = actions.split(',');
  return TOKEN_ACTIONS.filter(action => granted.includes(action));
}

function toToken(row: ListedToken): MachineToken {
  return {
    id: row.id,
    name: row.name,
    actions: actionsOf(row),
    pipelineRefs: row.pipelineRefs,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at ?? undefined,
  };
}
