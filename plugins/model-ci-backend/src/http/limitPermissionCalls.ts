import type { PermissionsService } from '@backstage/backend-plugin-api';
import { isError, ServiceUnavailableError } from '@backstage/errors';
import pLimit from 'p-limit';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { withReason } from '../withReason';

/**
 * How many questions are asked at a time. Each is a request of its own to a backend that has often one core, and whose
 * kernel keeps 511 connections waiting: more at once come back as broken connections, and no faster.
 */
const AT_ONCE = 64;

/** Asks the permission backend a bounded number of questions at a time; one that cannot be asked is answered 503, not 500. */
export function limitPermissionCalls(
  permissions: PermissionsService,
): PermissionsService {
  const limit = pLimit(AT_ONCE);
  const ask = <T>(question: () => Promise<T>) =>
    limit(() => question().catch(explain));
  return {
    authorize: (...args) => ask(() => permissions.authorize(...args)),
    authorizeConditional: (...args) =>
      ask(() => permissions.authorizeConditional(...args)),
  };
}

/** Errors of the connection bear the code of the system; whatever the backend answered is passed on. */
function explain(error: unknown): never {
  if (isError(error) && typeof codeOf(error) === 'string') {
    throw withReason(
      ServiceUnavailableError,
      reason('error.permissionsAway'),
      error,
    );
  }
  throw error;
}

/** `fetch` hides it in the cause. */
function codeOf(error: Error): unknown {
  return Object(error).code ?? Object(error.cause).code;
}
