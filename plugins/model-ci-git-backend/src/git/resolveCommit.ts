import { NotFoundError } from '@backstage/errors';
import { isRefName } from './names';
import { runGit } from './runGit';

export interface ReadOptions {
  signal?: AbortSignal;
}

/** Turns a branch, a tag or a commit into the id of the commit, in this order; HEAD is the default branch's. */
export async function resolveCommit(
  gitDir: string,
  ref: string,
  options: ReadOptions = {},
): Promise<string> {
  const candidates =
    ref === 'HEAD' ? ['HEAD'] : [`refs/heads/${ref}`, `refs/tags/${ref}`];
  if (/^[0-9a-f]{7,64}$/.test(ref)) {
    candidates.push(ref);
  }
  if (isRefName(ref)) {
    const answer = await runGit(['cat-file', '--batch-check'], {
      gitDir,
      input: candidates.map(candidate => `${candidate}^{commit}\n`).join(''),
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
