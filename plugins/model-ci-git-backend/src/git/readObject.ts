import type { Readable } from 'node:stream';
import { InputError, NotFoundError } from '@backstage/errors';
import { checkTreePath } from './names';
import type { ReadOptions } from './resolveCommit';
import { runGit, streamGit } from './runGit';
import { checkTree, readName, type TreeLimits, walkTree } from './walkTree';

export interface TreeObject {
  id: string;
  type: 'blob' | 'tree';
  size: number;
}

/** Finds a file or folder at a commit, through links that stay inside the repository. */
export async function findObject(
  gitDir: string,
  commit: string,
  treePath: string,
  options: ReadOptions = {},
): Promise<TreeObject> {
  const checked = checkTreePath(treePath);
  const answer = await runGit(
    ['cat-file', '--batch-check', '--follow-symlinks'],
    { gitDir, input: `${commit}:${checked}\n`, signal: options.signal },
  );
  const match = answer.match(/^([0-9a-f]{40,64}) (blob|tree) (\d+)\n/);
  if (!match) {
    throw new NotFoundError(
      `No file or folder ${JSON.stringify(checked)} at commit ${commit}`,
    );
  }
  return {
    id: match[1],
    type: match[2] === 'tree' ? 'tree' : 'blob',
    size: Number(match[3]),
  };
}

/** A file's bytes at a commit. */
export async function openFile(
  gitDir: string,
  commit: string,
  treePath: string,
  options: ReadOptions = {},
): Promise<{ size: number; open(): Readable }> {
  const { id, type, size } = await findObject(
    gitDir,
    commit,
    treePath,
    options,
  );
  if (type !== 'blob') {
    throw new InputError(
      `${JSON.stringify(
        treePath,
      )} is a folder, not a file, at commit ${commit}`,
    );
  }
  return {
    size,
    open: () =>
      streamGit(['cat-file', 'blob', id], { gitDir, signal: options.signal }),
  };
}

/** A folder at a commit as a tar archive with entries relative to the folder, if it is within the limits. */
export async function openArchive(
  gitDir: string,
  commit: string,
  treePath: string,
  options: ReadOptions & { limits: TreeLimits },
): Promise<Readable> {
  const { id, type } = await findObject(gitDir, commit, treePath, options);
  if (type !== 'tree') {
    throw new InputError(
      `${JSON.stringify(
        treePath,
      )} is a file, not a folder, at commit ${commit}`,
    );
  }
  await checkTree(gitDir, id, options.limits, options);
  // The whole tree goes by its commit, whose time the entries then carry: the same archive every time.
  const tree = checkTreePath(treePath) === '' ? commit : id;
  return streamGit(['archive', '--format=tar', tree], {
    gitDir,
    signal: options.signal,
  });
}

/** Paths of all files at a commit, relative to the root of the repository. */
export async function listFiles(
  gitDir: string,
  commit: string,
  options: ReadOptions & { limits: TreeLimits },
): Promise<string[]> {
  const paths: string[] = [];
  for await (const file of walkTree(gitDir, commit, options.limits, options)) {
    paths.push(readName(file));
  }
  return paths;
}
