import { randomUUID } from 'node:crypto';
import { NotAllowedError } from '@backstage/errors';
import {
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  jwtVerify,
  SignJWT,
  type JWTHeaderParameters,
  type KeyLike,
} from 'jose';
import type { Knex } from 'knex';
import { z } from 'zod';
import {
  findTransferKey,
  insertTransferKey,
} from '../database/operations/transfers/keys';
import { LONGEST_TRANSFER_MS } from './lifetimes';

/** What a token lets its holder do, and nothing else. The path of an upload is plain, `''` for the workspace. */
const grantSchema = z.discriminatedUnion('direction', [
  z.object({
    direction: z.literal('get'),
    attemptId: z.string(),
    digest: z.string(),
  }),
  z.object({
    direction: z.literal('put'),
    attemptId: z.string(),
    path: z.string(),
  }),
  z.object({ direction: z.literal('secrets'), attemptId: z.string() }),
]);

export type TransferGrant = z.infer<typeof grantSchema>;

const ALGORITHM = 'EdDSA';
const AUDIENCE = 'model-ci-transfer';
/** Not configurable: a day bounds what a key that leaks can sign, and costs each replica a row a day. */
const KEY_USE_MS = 24 * 60 * 60_000;
/** Longer than any token of ours; what is longer is not worth a signature check. */
const MAX_TOKEN_LENGTH = 4096;
/** Keys of other replicas that are kept in memory. */
const MAX_KNOWN = 1000;
/** How long an id is not looked up again that no key has: keys are published before anything is signed with them. */
const UNKNOWN_MS = 10_000;
/** Ids that no key has and that are kept in memory: anybody can make them up. */
const MAX_UNKNOWN = 10_000;

interface SigningKey {
  id: string;
  key: KeyLike;
}

/**
 * Signs and verifies what lets an engine transfer bytes of an attempt. As Backstage does for its plugins, each process
 * makes a key pair whose private half never leaves its memory, and publishes the other half in the database: every
 * replica verifies what any of them has signed, also once that one is gone.
 */
export class TransferTokens {
  readonly #known = new Map<string, KeyLike>();
  /** Until when an id is taken to be nobody's. */
  readonly #unknown = new Map<string, number>();
  #signing: Promise<SigningKey> | undefined;
  #signsUntil = 0;

  constructor(
    private readonly options: {
      db: Knex;
      /** Milliseconds since 1970. */
      now(): number;
    },
  ) {}

  async sign(grant: TransferGrant, expiresAt: Date): Promise<string> {
    const { id, key } = await this.#signingKey();
    return await new SignJWT({ grant })
      .setProtectedHeader({ alg: ALGORITHM, kid: id })
      .setAudience(AUDIENCE)
      .setExpirationTime(expiresAt)
      .sign(key);
  }

  /** Rejects with `NotAllowedError` what was not signed here, or has expired. */
  async verify(token: string): Promise<TransferGrant> {
    if (token.length > MAX_TOKEN_LENGTH) {
      throw invalid();
    }
    try {
      const { payload } = await jwtVerify(
        token,
        header => this.#publicKey(header),
        {
          algorithms: [ALGORITHM],
          audience: AUDIENCE,
          currentDate: new Date(this.options.now()),
        },
      );
      return grantSchema.parse(payload.grant);
    } catch (error) {
      if (error instanceof errors.JWTExpired) {
        throw new NotAllowedError(
          'This transfer URL has expired; the backend signs a new one for each attempt',
        );
      }
      if (error instanceof errors.JOSEError || error instanceof z.ZodError) {
        throw invalid();
      }
      throw error;
    }
  }

  #signingKey(): Promise<SigningKey> {
    const now = this.options.now();
    if (this.#signing && now < this.#signsUntil) {
      return this.#signing;
    }
    this.#signsUntil = now + KEY_USE_MS;
    const creating = this.#createKey();
    this.#signing = creating;
    creating.catch(() => {
      if (this.#signing === creating) {
        this.#signing = undefined;
      }
    });
    return creating;
  }

  async #createKey(): Promise<SigningKey> {
    const { db, now } = this.options;
    const { privateKey, publicKey } = await generateKeyPair<KeyLike>(ALGORITHM);
    const id = randomUUID();
    const lastUse = now() + KEY_USE_MS;
    await insertTransferKey(db, {
      key: {
        id,
        public_key: JSON.stringify(await exportJWK(publicKey)),
        expires_at: new Date(lastUse + LONGEST_TRANSFER_MS).toISOString(),
      },
      at: new Date(now()).toISOString(),
    });
    return { id, key: privateKey };
  }

  async #publicKey({ kid }: JWTHeaderParameters): Promise<KeyLike> {
    const known = this.#known.get(kid ?? '');
    if (known) {
      return known;
    }
    const id = z.uuid().safeParse(kid).data;
    const published = id && (await this.#findPublished(id));
    if (!published) {
      throw invalid();
    }
    const key = await importJWK<KeyLike>(JSON.parse(published), ALGORITHM);
    if (key instanceof Uint8Array) {
      throw invalid();
    }
    if (this.#known.size >= MAX_KNOWN) {
      this.#known.clear();
    }
    this.#known.set(id, key);
    return key;
  }

  async #findPublished(id: string): Promise<string | undefined> {
    const { db, now } = this.options;
    if (now() < (this.#unknown.get(id) ?? 0)) {
      return undefined;
    }
    const published = await findTransferKey(db, id);
    if (published === undefined) {
      if (this.#unknown.size >= MAX_UNKNOWN) {
        this.#unknown.clear();
      }
      this.#unknown.set(id, now() + UNKNOWN_MS);
    }
    return published;
  }
}

function invalid(): NotAllowedError {
  return new NotAllowedError('This transfer URL is not valid');
}
