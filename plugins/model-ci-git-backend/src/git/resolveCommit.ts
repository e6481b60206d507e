import { NotFoundError } from '@backstage/errors';
import { isCommitId, isRefName } from './names';
import { runGit } from './runGit';

export interface ReadOptions {
  signal?: AbortSignal;
}

/**
 * Turns a branch, a tag or a commit into the id of the commit, in this order; HEAD is the default branch's. The full id of
 * a commit is never that of another one: whoever names one relies on it, and anybody who may push can make a branch.
 */
export async function resolveCommit(
  gitDir: string,
  ref: string,
  options: ReadOptions = {},
): Promise<string> {
  if (isRefName(ref)) {
    const answer = await runGit(['cat-file', '--batch-check'], {
      gitDir,
      input: candidatesOf(ref)
        .map(candidate => `${candidate}^{commit}\n`)
        .join(''),
      signal: options.signal,
    });
    const commit = answer.match(/^([0-9a-f]{40,64}) commit /m)?.[1];
    if (commit) {
      return commit;
    }
  }
  throw new NotFoundError(
    `The repository has no branch, tag or commit ${JSON.stringify(ref)}`,
  );
}

/** The commit of a branch or tag by its full name, such as `refs/heads/main`. */
export async function resolveRef(gitDir: string, ref: string): Promise<string> {
  if (/^refs\/(heads|tags)\//.test(ref) && isRefName(ref)) {
    const answer = await runGit(['cat-file', '--batch-check'], {
      gitDir,
      input: `${ref}^{commit}\n`,
    });
    const commit = answer.match(/^([0-9a-f]{40,64}) commit /)?.[1];
    if (commit) {
      return commit;
    }
  }
  throw new NotFoundError(`The repository has no ${JSON.stringify(ref)}`);
}

function candidatesOf(ref: string): string[] {
  if (ref === 'HEAD' || isCommitId(ref)) {
    return [ref];
  }
  const names = [`refs/heads/${ref}`, `refs/tags/${ref}`];
  return /^[0-9a-f]{7,64}$/.test(ref) ? [...names, ref] : names;
}
