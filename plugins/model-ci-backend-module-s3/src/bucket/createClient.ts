import { rootCertificates } from 'node:tls';
import { S3Client } from '@aws-sdk/client-s3';
import type { S3Settings } from '../config';

/** A server that takes no connection within it is away. Not configurable: no network takes longer that carries artifacts. */
const CONNECTION_TIMEOUT_MS = 5_000;
/** A connection on which nothing moves for so long is given up, and the call is made again on another one. */
const IDLE_TIMEOUT_MS = 60_000;

/** Whoever reads slowly has a connection for long, and must not keep others waiting. */
const AGENT = { keepAlive: true, maxSockets: Infinity };

/** A client for the bucket of these settings. */
export function createClient(
  settings: S3Settings,
  endpoint = settings.endpoint,
): S3Client {
  const { region, forcePathStyle, credentials, ca } = settings;
  return new S3Client({
    region,
    forcePathStyle,
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials && { credentials }),
    // Servers older than these checksums, such as Ceph 16, refuse or ignore them. Each body is signed with its sha256 instead.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      socketTimeout: IDLE_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      httpAgent: AGENT,
      httpsAgent: {
        ...AGENT,
        ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
      },
    },
    // `patiently` repeats calls, and knows which ones may wait.
    retryStrategy: { retry: (next, args) => next(args) },
  });
}
