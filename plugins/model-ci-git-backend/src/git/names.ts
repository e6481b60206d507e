import path from 'node:path';
import { NotFoundError } from '@backstage/errors';
import {
  gitRepositoryNameSchema,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  invalidRequest,
  withReason,
} from '@model-ci/backstage-plugin-model-ci-node';

const MAX_REF_LENGTH = 200;
/** Characters that no ref may hold; with them gone, no text is an expression of git's revision syntax. */
const NOT_IN_REFS =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\.lock(\/|$)|(^|\/)\./;

/** Whether git takes this as the name of a branch or tag. */
export function isRefName(name: string): boolean {
  return (
    name.length > 0 &&
    name.length <= MAX_REF_LENGTH &&
    !NOT_IN_REFS.test(name) &&
    !/^[-/]|[/.]$/.test(name) &&
    name !== '@'
  );
}

/** Whether a name is the full id of a commit, which no branch or tag may take from it. */
export function isCommitId(name: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(name);
}

/** Refuses what is no branch name, in words. */
export function checkBranchName(name: string): string {
  if (!isRefName(name) || name === 'HEAD' || isCommitId(name)) {
    throw invalidRequest(
      'query',
      'branch',
      'must be the name of a branch as git takes it, such as feature/a, and not the id of a commit',
    );
  }
  return name;
}

/** The refusal of a name that no repository has. */
export function noRepository(name: string): NotFoundError {
  return withReason(
    NotFoundError,
    reason('gitHost.noRepository', { repository: name }),
  );
}

/** Folder of a repository. The name is checked here, whoever it comes from: it becomes a path. */
export function repositoryFolder(directory: string, name: string): string {
  if (!gitRepositoryNameSchema.safeParse(name).success) {
    throw noRepository(name);
  }
  return path.join(directory, `${name}.git`);
}

/** A path inside a repository without a slash at either end; the root is the empty string. */
export function checkTreePath(treePath: string): string {
  const trimmed = treePath.replace(/\/$/, '');
  const wrong = trimmed
    .split('/')
    .some(segment => segment === '' || segment === '.' || segment === '..');
  // eslint-disable-next-line no-control-regex
  if (trimmed !== '' && (wrong || /[\u0000-\u001f]/.test(trimmed))) {
    throw invalidRequest(
      'path',
      treePath,
      `must be a path inside the repository, without '.', '..' or empty parts`,
    );
  }
  return trimmed;
}
