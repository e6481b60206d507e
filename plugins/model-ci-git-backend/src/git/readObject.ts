import type { Readable } from 'node:stream';
import { InputError, NotFoundError } from '@backstage/errors';
import { MAX_POINTER_BYTES, parsePointer } from '../lfs/pointer';
import { openPointer, resolveArchive } from '../lfs/resolveArchive';
import { checkTreePath } from './names';
import type { ReadOptions } from './resolveCommit';
import { GitCommandError, runGit, streamGit } from './runGit';
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

/** A file's bytes at a commit; of a pointer of Git LFS, the content that it stands for. */
export async function openFile(
  gitDir: string,
  commit: string,
  treePath: string,
  options: ReadOptions = {},
): Promise<{ size: number; open(): Readable }> {
  const file = await openBlob(gitDir, commit, treePath, options);
  if (file.size >= MAX_POINTER_BYTES) {
    return file;
  }
  const content = Buffer.concat(await file.open().toArray());
  const pointer = parsePointer(content);
  if (!pointer) {
    return file;
  }
  const target = await openPointer(gitDir, treePath, pointer);
  return { size: pointer.size, open: () => target };
}

/** A file's bytes as they are in git. */
async function openBlob(
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
  const archive = streamGit(['archive', '--format=tar', tree], {
    gitDir,
    signal: options.signal,
  });
  // Nothing else can make a file a pointer, and an archive that has none need not be looked through.
  const folder = { commit, path: checkTreePath(treePath), tree: id };
  return (await usesLfs(gitDir, folder, options))
    ? resolveArchive(gitDir, archive, options.limits.maxBytes)
    : archive;
}

/**
 * Whether some `.gitattributes` puts files of a folder into Git LFS: one in it, or one above it. The rest of the commit is
 * not looked at, as only the folder is known to be within the limits.
 */
async function usesLfs(
  gitDir: string,
  folder: { commit: string; path: string; tree: string },
  options: ReadOptions,
): Promise<boolean> {
  const parts = folder.path.split('/').filter(Boolean);
  const above = parts.map((_, depth) =>
    [...parts.slice(0, depth), '.gitattributes'].join('/'),
  );
  return (
    (await namesLfs(
      gitDir,
      folder.tree,
      [':(glob)**/.gitattributes'],
      options,
    )) ||
    (above.length > 0 &&
      (await namesLfs(
        gitDir,
        folder.commit,
        above.map(path => `:(literal)${path}`),
        options,
      )))
  );
}

async function namesLfs(
  gitDir: string,
  tree: string,
  paths: string[],
  { signal }: ReadOptions,
): Promise<boolean> {
  const args = ['grep', '--quiet', '--fixed-strings', 'filter=lfs', tree, '--'];
  try {
    await runGit([...args, ...paths], { gitDir, signal });
    return true;
  } catch (error) {
    if (error instanceof GitCommandError && error.exitStatus === 1) {
      return false;
    }
    throw error;
  }
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
