import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import {
  demandDigest,
  demandRange,
  type ArtifactStore,
  type SignedUrl,
  type StoredBlob,
} from '@model-ci/backstage-plugin-model-ci-node';
import { Bucket } from './bucket/Bucket';
import { createClient } from './bucket/createClient';
import { demandUsable } from './bucket/demandUsable';
import { explainFailure, kindOf } from './bucket/failures';
import { CLOCK, type Clock } from './bucket/patiently';
import { sweepUnfinished } from './bucket/sweepUnfinished';
import type { S3Settings } from './config';
import { resumed } from './reading/resumed';
import { streamOf } from './reading/streamOf';
import { verified } from './reading/verified';
import type { CopySizes } from './writing/copyObject';
import { writeObject } from './writing/writeObject';
import { WriteMemory } from './writing/WriteMemory';

const DAY_MS = 24 * 60 * 60 * 1000;

/** For so long transfers wait for a store that is away; whoever called may then try again. */
const PATIENCE_MS = 2 * 60 * 1000;
/** Within it an engine follows the redirect that brings it a URL. What it has begun to read then, it may read to the end. */
const SIGNED_MS = 15 * 60 * 1000;

export interface S3StoreOptions {
  settings: S3Settings;
  logger: Pick<LoggerService, 'warn'>;
  /** For tests. */
  clock?: Clock;
  patienceMs?: number;
  copySizes?: CopySizes;
}

/**
 * Keeps blobs as objects of a bucket, at `<prefix>sha256/<digest>`. What is uploaded in parts lies below
 * `<prefix>unfinished/` until its digest is known. Replicas may share the bucket.
 */
export class S3ArtifactStore implements ArtifactStore {
  readonly #bucket: Bucket;
  readonly #memory = new WriteMemory();
  readonly #client: S3Client;
  /** Signs URLs as engines reach the store. */
  readonly #signer?: S3Client;

  /** Offered where the configuration says that engines reach the bucket. */
  readonly signUrl?: (digest: string) => Promise<SignedUrl>;

  private constructor(private readonly options: S3StoreOptions) {
    const { settings, clock = CLOCK, patienceMs = PATIENCE_MS } = options;
    this.#client = createClient(settings);
    this.#bucket = new Bucket(this.#client, { settings, clock, patienceMs });
    if (settings.directTransfers) {
      const signer = createClient(settings, settings.directTransfers.endpoint);
      this.#signer = signer;
      this.signUrl = digest => this.#sign(signer, digest);
    }
  }

  /** Checks that the bucket can be used. One that is away is waited for, not given up. */
  static async create(options: S3StoreOptions): Promise<S3ArtifactStore> {
    const store = new S3ArtifactStore(options);
    try {
      await demandUsable(store.#bucket, options.settings, options.logger);
      return store;
    } catch (error) {
      store.dispose();
      throw error;
    }
  }

  async write(content: Readable): Promise<StoredBlob> {
    // An error before the first read is kept by the stream; without a listener it would end the process.
    let broken: unknown;
    content.on('error', error => {
      broken = error;
    });
    const { copySizes } = this.options;
    try {
      return await writeObject(content, {
        bucket: this.#bucket,
        stagingKey: `${this.#unfinished}${randomUUID()}`,
        keyOf: digest => this.#key(digest),
        memory: this.#memory,
        ...(copySizes && { copySizes }),
      });
    } catch (error) {
      content.destroy();
      // Where the stream came from may have lost a connection, too.
      throw error === broken ? error : this.#explain(error);
    }
  }

  async open(
    digest: string,
    range?: { start: number; end?: number },
  ): Promise<Readable> {
    const key = this.#key(digest);
    const { start, end } = demandRange(range);
    const reading = new AbortController();
    const { signal } = reading;
    try {
      const { body, total } = await this.#openFirst(
        digest,
        { start, end },
        signal,
      );
      const last = Math.min(end ?? Infinity, total - 1);
      const bytes = resumed({
        first: body,
        start,
        end: last,
        clock: this.options.clock ?? CLOCK,
        signal,
        open: async from =>
          (await this.#bucket.open(key, { start: from, end: last }, signal))
            .body,
      });
      const isWhole = start === 0 && last === total - 1;
      return streamOf(
        this.#explained(isWhole ? verified(bytes, digest) : bytes),
        reading,
      );
    } catch (error) {
      throw this.#explain(error);
    }
  }

  async size(digest: string): Promise<number | undefined> {
    const key = this.#key(digest);
    try {
      return await this.#bucket.size(key);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  async delete(digest: string): Promise<void> {
    const key = this.#key(digest);
    try {
      await this.#bucket.delete(key);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  /** Removes what writes left behind that were killed: what nothing was added to for a day, or `idleMs`. */
  async sweep(options: { idleMs?: number } = {}): Promise<number> {
    const { clock = CLOCK } = this.options;
    const { idleMs = DAY_MS } = options;
    const before = new Date(clock.now() - idleMs);
    try {
      return await sweepUnfinished(this.#bucket, {
        staging: this.#unfinished,
        copies: this.#blobs,
        before,
      });
    } catch (error) {
      throw this.#explain(error);
    }
  }

  /** Closes its connections. */
  dispose(): void {
    this.#client.destroy();
    this.#signer?.destroy();
  }

  async #openFirst(
    digest: string,
    range: { start: number; end?: number },
    signal: AbortSignal,
  ): Promise<{ body: Readable; total: number }> {
    const key = this.#key(digest);
    try {
      return await this.#bucket.open(key, range, signal);
    } catch (error) {
      if (error instanceof Error && error.name === 'InvalidRange') {
        const total = (await this.#bucket.size(key)) ?? 0;
        return { body: Readable.from([]), total };
      }
      throw kindOf(error) === 'missing' ? missing(digest) : error;
    }
  }

  async *#explained(
    pieces: AsyncGenerator<Buffer, void>,
  ): AsyncGenerator<Buffer, void> {
    try {
      yield* pieces;
    } catch (error) {
      throw this.#explain(error);
    }
  }

  async #sign(signer: S3Client, digest: string): Promise<SignedUrl> {
    const { clock = CLOCK, settings } = this.options;
    const expiresAt = new Date(clock.now() + SIGNED_MS).toISOString();
    const command = new GetObjectCommand({
      Bucket: settings.bucket,
      Key: this.#key(digest),
    });
    const url = await getSignedUrl(signer, command, {
      expiresIn: SIGNED_MS / 1000,
    });
    return { url, expiresAt };
  }

  get #blobs(): string {
    return `${this.options.settings.prefix}sha256/`;
  }

  get #unfinished(): string {
    return `${this.options.settings.prefix}unfinished/`;
  }

  #key(digest: string): string {
    demandDigest(digest);
    return `${this.#blobs}${digest.slice('sha256:'.length)}`;
  }

  #explain(error: unknown): unknown {
    const { bucket, endpoint = 'Amazon S3' } = this.options.settings;
    return explainFailure(error, { bucket, endpoint });
  }
}

function missing(digest: string): Error {
  const why = reason('error.noArtifact', { digest });
  return Object.assign(new NotFoundError(why.text), { reason: why });
}
