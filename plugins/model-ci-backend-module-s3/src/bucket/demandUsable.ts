import { randomUUID } from 'node:crypto';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { S3Settings } from '../config';
import type { Bucket } from './Bucket';
import { codeOf, kindOf } from './failures';

const KEY = 'modelCi.storage.s3';

/**
 * Lists, writes and deletes below the prefix, and throws what is wrong with the configuration. A store that is away stops no
 * portal: it is used once it is back.
 */
export async function demandUsable(
  bucket: Bucket,
  settings: S3Settings,
  logger: Pick<LoggerService, 'warn'>,
): Promise<void> {
  const { prefix } = settings;
  const probe = `${prefix}unfinished/probe-${randomUUID()}`;
  let encrypted: string | undefined;
  const write = async () => {
    encrypted = await bucket.probe(probe);
  };
  const copy = `${probe}-copy`;
  const calls = [
    { what: 'list', call: () => bucket.demandListing(prefix) },
    { what: 'write to', call: write },
    // Large artifacts are copied at their end, which not every server can do with what it has encrypted
    ...(settings.encryption
      ? [
          { what: 'copy in', call: () => bucket.probeCopy(probe, copy) },
          { what: 'delete from', call: () => bucket.delete(copy) },
        ]
      : []),
    { what: 'delete from', call: () => bucket.delete(probe) },
  ];
  for (const { what, call } of calls) {
    try {
      await call();
    } catch (error) {
      const remedy = describeProblem(error, what, settings);
      if (kindOf(error) !== 'away') {
        throw new Error(remedy, { cause: error });
      }
      logger.warn(remedy);
      return;
    }
  }
  demandEncryption(encrypted, settings);
}

/** A server that does not know an encryption may store in the clear without a word, as Ceph 16 does with AES256. */
function demandEncryption(
  encrypted: string | undefined,
  { bucket, endpoint = 'Amazon S3', encryption }: S3Settings,
): void {
  if (encryption && encrypted !== encryption.type) {
    throw new Error(
      `${endpoint} does not encrypt what is written to the bucket '${bucket}' with ${
        encryption.type
      }, as '${KEY}.encryption' asks for${
        encrypted === undefined ? '' : `, but with ${encrypted}`
      }: name one that the server knows, or remove it and encrypt the disks`,
    );
  }
}

function describeProblem(
  error: unknown,
  what: string,
  { bucket, prefix, endpoint = 'Amazon S3', region, credentials }: S3Settings,
): string {
  const code = codeOf(error);
  if (kindOf(error) === 'away') {
    return `The artifact store ${endpoint} does not answer (${code}); artifacts are read and written once it does. Check ${KEY}.endpoint if it stays away`;
  }
  if (code === 'NoSuchBucket') {
    return `The bucket '${bucket}' does not exist at ${endpoint}: create it, or name another one in '${KEY}.bucket'`;
  }
  if (
    /^(InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|ExpiredToken|InvalidClientTokenId|UserSuspended)$/.test(
      code,
    )
  ) {
    const from = credentials
      ? `correct '${KEY}.credentials'`
      : `correct those that the AWS SDK finds, or set '${KEY}.credentials'`;
    return `${endpoint} does not accept the credentials for the bucket '${bucket}' (${code}): ${from}`;
  }
  if (/Credentials/.test(code)) {
    return `There are no credentials for the bucket '${bucket}' (${code}): set '${KEY}.credentials', or give the backend some through its environment or role`;
  }
  if (code === 'AccessDenied' || code === 'HTTP 403') {
    return `The credentials may not ${what} the bucket '${bucket}' below '${prefix}' (${code}): give them the rights listed in docs/clusters.md`;
  }
  if (/Redirect|AuthorizationHeaderMalformed|Location/.test(code)) {
    return `The bucket '${bucket}' is not in the region '${region}' (${code}): correct '${KEY}.region'`;
  }
  if (what === 'copy in') {
    return `${endpoint} cannot copy in the bucket '${bucket}' what it has encrypted (${code}), and so not store large artifacts: remove '${KEY}.encryption', and encrypt the disks or have the bucket encrypt`;
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO/.test(code)) {
    return `The certificate of ${endpoint} is not trusted (${code}): name the PEM file of its authority in '${KEY}.caFile'`;
  }
  return `The bucket '${bucket}' at ${endpoint} cannot be used (${code}): check '${KEY}', and whether the server knows the encryption named there`;
}
