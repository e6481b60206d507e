import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { ConflictError } from '@backstage/errors';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import {
  invalidRequest,
  withReason,
} from '@model-ci/backstage-plugin-model-ci-node';
import { identityVariables } from './environment';
import { importTree } from './importTree';
import { checkBranchName } from './names';
import { GitCommandError, runGit } from './runGit';

export interface CommitTreeOptions {
  branch: string;
  defaultBranch: string;
  /** Where the branch has to stand; needed to move one that exists. */
  expectedHead?: string;
  message: string;
  author: { name: string; email: string };
  /** Entity ref of who commits; the reflog keeps it. */
  by: string;
  archive: Readable;
  maxBytes: number;
  maxFiles: number;
  signal?: AbortSignal;
}

/** Where commits lie before their branch moves. The time in the name lets {@link removeOldImports} find leftovers. */
const IMPORTS = 'refs/model-ci/imports';
const MAX_MESSAGE_BYTES = 64 * 1024;
const NO_COMMIT = '0'.repeat(40);

/**
 * Adds one commit to a branch whose tree is exactly the archive. A branch that has this tree already stays as
 * it is; a new branch starts at the default branch. A branch that has commits moves only if the caller says where it
 * stands, so that nobody replaces files that it does not know of.
 */
export async function commitTree(
  gitDir: string,
  options: CommitTreeOptions,
): Promise<{ commit: string; moved: boolean }> {
  const branch = `refs/heads/${checkBranchName(options.branch)}`;
  const message = checkMessage(options.message);
  const head = await readRef(gitDir, branch);
  const expected = options.expectedHead;
  if (expected !== undefined && expected !== head) {
    throw new ConflictError(describeMoved(options.branch, head));
  }
  const parent =
    head ?? (await readRef(gitDir, `refs/heads/${options.defaultBranch}`));
  const ref = `${IMPORTS}/${Date.now()}-${randomUUID()}`;
  try {
    await importTree(gitDir, {
      ...options,
      ref,
      parent,
      message,
      author: cleanIdentity(options.author),
    });
    const [commit, tree, parentTree] = await readTrees(gitDir, ref, parent);
    const next = parent && tree === parentTree ? parent : commit;
    if (next === head) {
      return { commit: next, moved: false };
    }
    if (head !== undefined && expected === undefined) {
      throw new ConflictError(describeOccupied(options.branch, head));
    }
    await moveRef(gitDir, {
      branch,
      next,
      head,
      by: options.by,
      why: 'commit',
    });
    return { commit: next, moved: true };
  } finally {
    await runGit(['update-ref', '-d', ref], { gitDir });
  }
}

/** Removes what uploads left behind that a crash cut short. */
export async function removeOldImports(
  gitDir: string,
  olderThan: Date,
): Promise<void> {
  const answer = await runGit(
    ['for-each-ref', '--format=%(refname)', IMPORTS],
    { gitDir },
  );
  for (const ref of answer.split('\n').filter(Boolean)) {
    const time = Number(ref.slice(IMPORTS.length + 1).split('-')[0]);
    if (time < olderThan.getTime()) {
      await runGit(['update-ref', '-d', ref], { gitDir });
    }
  }
}

async function readRef(
  gitDir: string,
  ref: string,
): Promise<string | undefined> {
  const answer = await runGit(
    ['for-each-ref', '--format=%(refname) %(objectname)', ref],
    { gitDir },
  );
  // The pattern also finds refs below it, as of a folder.
  const line = answer.split('\n').find(entry => entry.startsWith(`${ref} `));
  return line?.slice(ref.length + 1);
}

async function readTrees(
  gitDir: string,
  ref: string,
  parent: string | undefined,
): Promise<string[]> {
  const answer = await runGit(
    [
      'rev-parse',
      ref,
      `${ref}^{tree}`,
      ...(parent ? [`${parent}^{tree}`] : []),
    ],
    { gitDir },
  );
  return answer.trim().split('\n');
}

/** Moves a branch that stands where the caller saw it; its history says who did and why. */
export async function moveRef(
  gitDir: string,
  move: {
    branch: string;
    next: string;
    head: string | undefined;
    by: string;
    why: 'commit' | 'merge';
  },
): Promise<void> {
  try {
    await runGit(
      [
        'update-ref',
        '-m',
        move.why,
        move.branch,
        move.next,
        move.head ?? NO_COMMIT,
      ],
      { gitDir, variables: identityVariables({ name: move.by, email: '' }) },
    );
  } catch (error) {
    if (error instanceof GitCommandError) {
      throw withReason(
        ConflictError,
        reason('gitHost.branchMoved', {
          branch: move.branch.slice('refs/heads/'.length),
        }),
        error,
      );
    }
    throw error;
  }
}

function describeMoved(branch: string, head: string | undefined): string {
  return head
    ? `Branch ${branch} stands at ${head}, not at the expected head: look at what is new there and try again`
    : `Branch ${branch} does not exist, so it has no expected head`;
}

function describeOccupied(branch: string, head: string): string {
  return `Branch ${branch} has commits already, which this one would replace: give its head ${head} as 'expectedHead' to do so`;
}

function checkMessage(message: string): string {
  const text = message.replaceAll('\0', '').trim();
  if (text === '' || Buffer.byteLength(text) > MAX_MESSAGE_BYTES) {
    throw invalidRequest(
      'query',
      'message',
      `must be a text of at most ${MAX_MESSAGE_BYTES} bytes`,
    );
  }
  return `${text}\n`;
}

/** Leaves out what would end the line or the field in git's format. */
export function cleanIdentity(identity: { name: string; email: string }) {
  // eslint-disable-next-line no-control-regex
  const clean = (text: string) => text.replace(/[\u0000-\u001f<>]/g, '').trim();
  return {
    name: clean(identity.name) || 'unknown',
    email: clean(identity.email),
  };
}
