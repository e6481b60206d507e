import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { access, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InputError, ServiceUnavailableError } from '@backstage/errors';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import {
  hasCode,
  isMissing,
  ResultsLostError,
} from '@model-ci/backstage-plugin-model-ci-node';
import {
  currentBoot,
  identifySelf,
  type Identity,
} from '../processes/identity';
import { grantOwner } from '../workspace/grantOwner';

/** Files of one attempt or service. Everything that is known about it is on disk, so that it outlives the backend. */
export interface Folder {
  root: string;
  workspace: string;
  home: string;
  tmp: string;
  /** stdout and stderr; of a service, the newest part. */
  log: string;
  /** What was cut off a service's log. */
  olderLog: string;
  /** What was decided before the start: whose work the folder is until then, and what proves the end. */
  plan: string;
  /** Who supervises, as the supervisor itself wrote it first of all. */
  pid: string;
  /** The same, as the backend that started it wrote it. */
  started: string;
  /** `exited CODE SECRET`, written by the supervisor. */
  status: string;
  /** Why it was killed, written before the kill. */
  killed: string;
  /** A service's port. */
  port: string;
}

/** Rejects where a folder was removed; one that is away with all others may come back. */
export async function demandFolder({ root }: Folder): Promise<void> {
  if (await isThere(root)) {
    return;
  }
  const parent = dirname(root);
  throw (await isThere(parent))
    ? new ResultsLostError(reason('process.lostFolder', { folder: root }))
    : new ServiceUnavailableError(
        `There is no ${parent}: is its file system mounted?`,
      );
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (isMissing(error)) {
      return false;
    }
    throw error;
  }
}

const REMOVED_PREFIX = 'removed-';
const DRAFT_NAME = /^draft-(\d+)-([\w-]+)\./;

export function isFolderName(id: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/.test(id);
}

export function folderOf(parent: string, id: string): Folder {
  if (!isFolderName(id)) {
    throw new InputError(
      `Id '${id}' cannot name a folder: use letters, digits, '_', '.', '-'`,
    );
  }
  const root = join(parent, id);
  return {
    root,
    workspace: join(root, 'workspace'),
    home: join(root, 'home'),
    tmp: join(root, 'tmp'),
    log: join(root, 'log'),
    olderLog: join(root, 'log.1'),
    plan: join(root, 'plan'),
    pid: join(root, 'pid'),
    started: join(root, 'started'),
    status: join(root, 'status'),
    killed: join(root, 'killed'),
    port: join(root, 'port'),
  };
}

/** What a folder holds from its first moment on. */
export type FirstRecords = Record<'plan' | 'status' | 'killed', string>;

/**
 * Answers false, and changes nothing, where it is there already. It appears whole, with its records, or not at all, so
 * that whoever finds one can read whose work it is, even if its maker was killed right afterwards.
 *
 * Synchronously: some microseconds each, where a trip through the thread pool costs ten times that.
 */
export function makeFolder(folder: Folder, records: FirstRecords): boolean {
  const parent = dirname(folder.root);
  const draft = draftIn(parent);
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  mkdirSync(draft.root, { mode: 0o700 });
  writeRecord(draft.plan, records.plan);
  writeRecord(draft.status, records.status);
  writeRecord(draft.killed, records.killed);
  mkdirSync(draft.workspace);
  mkdirSync(draft.home);
  mkdirSync(draft.tmp);
  try {
    renameSync(draft.root, folder.root);
    return true;
  } catch (error) {
    rmSync(draft.root, { recursive: true });
    if (hasCode(error, 'ENOTEMPTY') || hasCode(error, 'EEXIST')) {
      return false;
    }
    throw error;
  }
}

/** A draft names its maker, too, since that one may be killed before it can write anything into it. */
function draftIn(parent: string): Folder {
  const { pid = 0, start = '' } = identifySelf() ?? {};
  const startText = Buffer.from(start).toString('base64url');
  return folderOf(parent, `draft-${pid}-${startText}.${randomUUID()}`);
}

/** Who makes a draft; undefined for other folders. */
export function makerOf(folder: Folder): Identity | undefined {
  const [, pid, startText] = DRAFT_NAME.exec(basename(folder.root)) ?? [];
  if (!startText) {
    return undefined;
  }
  const start = Buffer.from(startText, 'base64url').toString();
  return { pid: Number(pid), start, boot: currentBoot() };
}

function writeRecord(path: string, text: string): void {
  writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
}

/**
 * Its name is free at once, so that a backend that is killed under way leaves nothing there that could be taken for the
 * folder; the rest goes when the next one starts.
 */
export async function removeFolder(folder: Folder): Promise<void> {
  const removed = join(
    dirname(folder.root),
    `${REMOVED_PREFIX}${randomUUID()}`,
  );
  try {
    await rename(folder.root, removed);
  } catch (error) {
    if (isMissing(error)) {
      return;
    }
    throw error;
  }
  await removeRest(removed);
}

/** What only `removeFolder` calls a folder. */
export function isRemoved(folder: Folder): boolean {
  return basename(folder.root).startsWith(REMOVED_PREFIX);
}

/** Removes what cannot be mistaken for an attempt's or service's folder. */
export async function removeRest(root: string): Promise<void> {
  const remove = () =>
    rm(root, { recursive: true, force: true, maxRetries: 3 });
  try {
    await remove();
  } catch {
    // A script may take away its own right to empty a folder
    await grantOwner(root);
    await remove();
  }
}
