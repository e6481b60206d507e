import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { GitMergeability } from '@model-ci/backstage-plugin-model-ci-common';
import { GitCommandError, runGit, streamGit } from './runGit';

/** Two commits: what is to be merged, and into what. */
export interface Sides {
  head: string;
  target: string;
}

/** How long a page waits for what git finds out about large histories. */
const LIMIT_MS = 20_000;
const MAX_DIFF_BYTES = 200 * 1024;
/** Names of files of a conflict that are shown. */
const MAX_CONFLICTS = 20;
const MAX_NAME = 200;
/** `git merge-tree` ends with it where both sides changed the same. */
const CONFLICTS = 1;

/** Nothing that a repository names is executed, and what is shown depends on nobody's settings. */
const DIFF = ['diff', '--no-color', '--no-ext-diff', '--no-textconv'];

/** Whether everything that one commit holds is in another. */
export async function isAncestor(
  gitDir: string,
  commit: string,
  of: string,
): Promise<boolean> {
  try {
    await runGit(['merge-base', '--is-ancestor', commit, of], { gitDir });
    return true;
  } catch (error) {
    if (error instanceof GitCommandError && error.exitStatus === 1) {
      return false;
    }
    throw error;
  }
}

/** Where two commits parted; undefined where they have nothing in common. */
export async function findMergeBase(
  gitDir: string,
  { head, target }: Sides,
): Promise<string | undefined> {
  try {
    return (await runGit(['merge-base', target, head], { gitDir })).trim();
  } catch (error) {
    if (error instanceof GitCommandError && error.exitStatus === 1) {
      return undefined;
    }
    throw error;
  }
}

/** How much a commit changed since it parted from another. */
export async function countChanges(
  gitDir: string,
  { base, head }: { base: string; head: string },
): Promise<{ files: number; insertions: number; deletions: number }> {
  const text = await runGit([...DIFF, '--shortstat', base, head, '--'], {
    gitDir,
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  const count = (what: RegExp) => Number(text.match(what)?.[1] ?? 0);
  return {
    files: count(/(\d+) files? changed/),
    insertions: count(/(\d+) insertion/),
    deletions: count(/(\d+) deletion/),
  };
}

/** The same as text, or its beginning. */
export async function readDiff(
  gitDir: string,
  { base, head }: { base: string; head: string },
): Promise<{ text: string; isCut: boolean }> {
  const output = streamGit([...DIFF, base, head, '--'], {
    gitDir,
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of output) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_DIFF_BYTES) {
      break;
    }
  }
  const text = Buffer.concat(chunks).subarray(0, MAX_DIFF_BYTES).toString();
  return { text, isCut: size > MAX_DIFF_BYTES };
}

/** Says what would happen if one commit were merged into another; nothing is kept of the attempt. */
export async function checkMerge(
  gitDir: string,
  sides: Sides,
): Promise<GitMergeability> {
  const { head, target } = sides;
  if (await isAncestor(gitDir, head, target)) {
    return { type: 'nothing' };
  }
  if (await isAncestor(gitDir, target, head)) {
    return { type: 'fast-forward' };
  }
  const objects = await mkdtemp(path.join(tmpdir(), 'model-ci-merge-'));
  try {
    const merged = await mergeTrees(gitDir, sides, {
      GIT_OBJECT_DIRECTORY: objects,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: path.join(gitDir, 'objects'),
    });
    return merged.type === 'clean' ? { type: 'clean' } : merged;
  } catch {
    // Histories without anything in common, or too much for the time.
    return { type: 'unknown' };
  } finally {
    await rm(objects, { recursive: true, force: true });
  }
}

/** The tree that git makes of two commits, or the files that it cannot merge. */
export async function mergeTrees(
  gitDir: string,
  { head, target }: Sides,
  variables: Record<string, string> = {},
): Promise<
  { type: 'clean'; tree: string } | { type: 'conflicts'; files: string[] }
> {
  const chunks: Buffer[] = [];
  const output = streamGit(
    [
      'merge-tree',
      '--write-tree',
      '-z',
      '--name-only',
      '--no-messages',
      target,
      head,
    ],
    { gitDir, variables, signal: AbortSignal.timeout(LIMIT_MS) },
  );
  const read = () => Buffer.concat(chunks).toString().split('\0');
  try {
    for await (const chunk of output) {
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof GitCommandError && error.exitStatus === CONFLICTS) {
      const files = new Set(read().slice(1).filter(Boolean));
      return {
        type: 'conflicts',
        files: [...files]
          .slice(0, MAX_CONFLICTS)
          .map(file => file.slice(0, MAX_NAME)),
      };
    }
    throw error;
  }
  return { type: 'clean', tree: read()[0].trim() };
}
