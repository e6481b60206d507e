import { ServiceUnavailableError } from '@backstage/errors';
import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { z } from 'zod';

/** What a failed call says about the store. Only `missing` says anything about an object. */
export type FailureKind =
  | 'missing'
  /** The same call may succeed later: nobody answers, or the server is overloaded or broken. */
  | 'away'
  /** Somebody has to mend something: credentials, rights, the bucket's name. */
  | 'refused'
  | 'unknown';

/** What errors of the SDK and of the network have in common. */
const failureSchema = z.object({
  name: z.string().optional(),
  code: z.string().optional(),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional(),
});

const MISSING = new Set(['NoSuchKey', 'NotFound', 'NoSuchUpload']);

const AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'TimeoutError',
  'RequestTimeout',
  'SlowDown',
  'OperationAborted',
  // The SDK has learned the server's time from the answer.
  'RequestTimeTooSkewed',
  'IncompleteBody',
]);

export function kindOf(error: unknown): FailureKind {
  const { name, code, $metadata } = failureSchema.safeParse(error).data ?? {};
  const status = $metadata?.httpStatusCode ?? 0;
  if (MISSING.has(name ?? '')) {
    return 'missing';
  }
  if (AWAY.has(code ?? '') || AWAY.has(name ?? '')) {
    return 'away';
  }
  // 501: the server does not know what it is asked for
  if ((status >= 500 && status !== 501) || status === 429) {
    return 'away';
  }
  return status >= 300 ? 'refused' : 'unknown';
}

/** The code of a failure, such as `AccessDenied` or `ECONNREFUSED`. Messages of the SDK may quote what was sent. */
export function codeOf(error: unknown): string {
  const { name, code, $metadata } = failureSchema.safeParse(error).data ?? {};
  const status = $metadata?.httpStatusCode;
  if (code !== undefined) {
    return code;
  }
  // The answer to HEAD has no body, and so no code.
  if (name !== undefined && !/^(Error|Unknown.*|\d+)$/.test(name)) {
    return name;
  }
  return status === undefined ? 'unknown' : `HTTP ${status}`;
}

/** The error that callers of the store get: it never looks like an object that is not there. */
export function explainFailure(
  error: unknown,
  store: { bucket: string; endpoint: string },
): unknown {
  if (error instanceof Error && error.name === 'AbortError') {
    return error;
  }
  const params = { ...store, error: codeOf(error) };
  switch (kindOf(error)) {
    case 'away':
      return unavailable(reason('store.away', params), error);
    case 'missing':
    case 'refused':
      return unavailable(reason('store.refused', params), error);
    default:
      return error;
  }
}

function unavailable(why: Reason, cause: unknown): Error {
  return Object.assign(new ServiceUnavailableError(why.text, cause), {
    reason: why,
  });
}
