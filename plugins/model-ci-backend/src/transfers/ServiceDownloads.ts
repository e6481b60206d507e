import { createHash, randomBytes } from 'node:crypto';
import { NotAllowedError } from '@backstage/errors';
import type { Knex } from 'knex';
import {
  findServiceDownload,
  insertServiceDownload,
} from '../database/operations/transfers/serviceDownloads';

/** Distinguishes these from signed ones, and in what scanners of secrets find. */
const PREFIX = 'mcsvc_';
const PATTERN = /^mcsvc_[A-Za-z0-9_-]{43}$/;

/**
 * What lets the engine of a service fetch its workspace. A service may run for years, and be started again on another
 * machine at any time, so that its URLs cannot end by themselves: each is a random token whose digest stands in the
 * database until the service is stopped.
 */
export class ServiceDownloads {
  constructor(
    private readonly options: {
      db: Knex;
      /** The plugin's, as engines reach it. */
      baseUrl(): Promise<string>;
      /** Milliseconds since 1970. */
      now(): number;
    },
  ) {}

  readonly sign = async (what: {
    deploymentId: string;
    serviceId: string;
    digest: string;
  }): Promise<{ url: string }> => {
    const { db, baseUrl, now } = this.options;
    const token = `${PREFIX}${randomBytes(32).toString('base64url')}`;
    await insertServiceDownload(db, {
      token_hash: hash(token),
      deployment_id: what.deploymentId,
      service_id: what.serviceId,
      digest: what.digest,
      created_at: new Date(now()).toISOString(),
    });
    return { url: `${await baseUrl()}/transfers/${token}` };
  };

  /** Whether a token is one of these; it may hold or not. */
  isOne(token: string): boolean {
    return token.startsWith(PREFIX);
  }

  /** Rejects with `NotAllowedError` what was never made, or whose service was stopped. */
  async verify(token: string): Promise<{ serviceId: string; digest: string }> {
    const found = PATTERN.test(token)
      ? await findServiceDownload(this.options.db, hash(token))
      : undefined;
    if (!found) {
      throw new NotAllowedError(
        'This transfer URL is not valid, or its service was stopped',
      );
    }
    return found;
  }
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
