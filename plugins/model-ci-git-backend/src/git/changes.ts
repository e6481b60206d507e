import { runGit, streamGit } from './runGit';

/** As many as a run keeps; a change that touched more counts as unknown. */
const MAX_BYTES = 64 * 1024;

/**
 * The files in which two commits differ; for a branch that is new, those that it changed since it left the default branch.
 * Undefined where there is nothing to compare with, or where there are more than anybody looks at.
 */
export async function listChangedPaths(
  gitDir: string,
  move: { before?: string; after: string; defaultHead?: string },
): Promise<string[] | undefined> {
  const { before, after, defaultHead } = move;
  const range = before
    ? [before, after]
    : defaultHead && defaultHead !== after && [`${defaultHead}...${after}`];
  if (!range) {
    return undefined;
  }
  const names = streamGit(
    ['diff', '--name-only', '--no-renames', '-z', ...range, '--'],
    { gitDir },
  );
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of names) {
    size += chunk.length;
    if (size > MAX_BYTES) {
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8').split('\0').filter(Boolean);
}

/** Those of some commits whose messages ask for no run. */
export async function listSkipping(
  gitDir: string,
  commits: string[],
): Promise<Set<string>> {
  if (commits.length === 0) {
    return new Set();
  }
  const answer = await runGit(
    [
      'log',
      '--no-walk=unsorted',
      '--ignore-missing',
      '--format=%H',
      '--regexp-ignore-case',
      '--fixed-strings',
      '--grep=[skip ci]',
      '--grep=[ci skip]',
      '--stdin',
    ],
    { gitDir, input: `${[...new Set(commits)].join('\n')}\n` },
  );
  return new Set(answer.split('\n').filter(Boolean));
}
