import { ConflictError } from '@backstage/errors';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { invalidRequest } from '@model-ci/backstage-plugin-model-ci-node';
import { withReason } from '../withReason';

/** What somebody has asked for, and the code host does not have. */
export function missingSource(
  part: 'body' | 'query',
  repository: string,
  { ref, commit }: { ref?: string; commit?: string },
): Error {
  const { host } = new URL(repository);
  if (ref) {
    return invalidRequest(
      part,
      'ref',
      reason('error.noRef', { repository, ref, host }),
    );
  }
  if (commit) {
    return invalidRequest(
      part,
      'commit',
      reason('error.noCommit', { repository, commit, host }),
    );
  }
  return withReason(
    ConflictError,
    reason('error.noDefaultCommit', { repository, host }),
  );
}
