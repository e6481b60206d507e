import {
  createWriteStream,
  lutimesSync,
  mkdirSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { link, lstat, rm, symlink, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { InputError } from '@backstage/errors';
import type { WorkspacePart } from '../executor';
import { admitEntries, type WorkspaceEntry } from './admitEntries';
import { ENTRY_TIME } from './entryTime';
import { hasCode } from './fileErrors';
import { encodeName, printableName } from './names';
import { ancestors, workspacePath } from './paths';
import { archiveEntries, type ArchiveEntry } from './readArchive';

// Small files and folders are made synchronously: some ten microseconds each, where a trip through the
// thread pool costs ten times that. Between two entries the event loop goes on
const SMALL = 128 * 1024;

/**
 * Unpacks the parts into a new, empty folder. Nothing is written outside of it: every link in it was made
 * here, and entries that would pass through one are refused.
 */
export async function unpackParts(
  root: string,
  parts: Pick<WorkspacePart, 'path' | 'open'>[],
): Promise<void> {
  const admit = admitEntries();
  const folders = new Set<string>();
  const ensureFolder = (path: string) => {
    if (path !== '' && path !== '.' && !folders.has(path)) {
      mkdirSync(encodeName(join(root, path)), { recursive: true });
      [...ancestors(path), path].forEach(folder => folders.add(folder));
    }
  };

  for (const part of parts) {
    const prefix = workspacePath(part.path);
    ensureFolder(prefix);
    for await (const entry of archiveEntries(await part.open())) {
      const admitted = admit(entry.header, prefix);
      if (admitted.path === '') {
        entry.resume();
        continue;
      }
      try {
        ensureFolder(dirname(admitted.path));
        await writeEntry(root, admitted, entry);
        if (admitted.type === 'directory') {
          folders.add(admitted.path);
        }
      } catch (error) {
        throw explain(error, admitted.path);
      }
    }
  }
  // At the end, since what is put into a folder changes its time
  for (const folder of folders) {
    utimesSync(encodeName(join(root, folder)), ENTRY_TIME, ENTRY_TIME);
  }
}

async function writeEntry(
  root: string,
  entry: WorkspaceEntry,
  content: ArchiveEntry,
): Promise<void> {
  const path = encodeName(join(root, entry.path));
  if (entry.type === 'file') {
    await replacing(path, writeContent(path, entry, content));
    utimesSync(path, ENTRY_TIME, ENTRY_TIME);
  } else if (entry.type === 'directory') {
    await makeFolder(path, entry.mode);
  } else if (entry.type === 'symlink') {
    await replacing(path, () => symlink(encodeName(entry.target), path));
    lutimesSync(path, ENTRY_TIME, ENTRY_TIME);
  } else {
    await replacing(path, () =>
      link(encodeName(join(root, entry.target)), path),
    );
  }
}

function writeContent(
  path: Buffer,
  entry: WorkspaceEntry & { type: 'file' },
  content: ArchiveEntry,
): () => Promise<void> {
  const { mode } = entry;
  // O_EXCL: an existing link is never written through
  const flags = { flag: 'wx', flags: 'wx', mode };
  if (entry.size <= SMALL) {
    const bytes = buffer(content);
    return async () => writeFileSync(path, await bytes, flags);
  }
  return async () => {
    // A large file that replaces another one: the stream can be read only once
    await rm(path, { force: true });
    await pipeline(content, createWriteStream(path, flags));
  };
}

/** Does what creates `path`; a file or link that is there already gives way, a folder does not. */
async function replacing(
  path: Buffer,
  create: () => Promise<void>,
): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!hasCode(error, 'EEXIST') || (await lstat(path)).isDirectory()) {
      throw error;
    }
    await unlink(path);
    await create();
  }
}

async function makeFolder(path: Buffer, mode: number): Promise<void> {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (!hasCode(error, 'EEXIST') || !(await lstat(path)).isDirectory()) {
      throw error;
    }
  }
}

function explain(error: unknown, name: string): unknown {
  const path = printableName(name);
  if (hasCode(error, 'ENOSPC')) {
    return new Error(
      `The disk is full: '${path}' could not be written to the workspace. Free space there, or move the executor's folder to a larger disk`,
      { cause: error },
    );
  }
  if (hasCode(error, 'ENAMETOOLONG')) {
    return new InputError(
      `The name of '${path}' is too long for the disk of this machine: use shorter names`,
      error,
    );
  }
  for (const code of ['ENOTDIR', 'EISDIR', 'EEXIST', 'ERR_FS_EISDIR']) {
    if (hasCode(error, code)) {
      return new InputError(
        `'${path}' is a file in one part of the workspace and a folder in another`,
        error,
      );
    }
  }
  return error;
}
