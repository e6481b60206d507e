import { constants } from 'node:fs';
import { lstat, open, readdir, readlink, realpath } from 'node:fs/promises';
import { posix, join, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { InputError, NotFoundError } from '@backstage/errors';
import {
  addEntry,
  archiveOf,
  linkStaysInside,
  workspacePath,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { Pack } from 'tar-stream';
import { isMissing } from '../attempts/folder';

/**
 * A tar archive of one path of a workspace that nothing writes to any more. Links are stored as links;
 * those that leave the workspace are refused, for what they point to is the backend's, not the stage's.
 */
export async function packPath(root: string, path: string): Promise<Readable> {
  const plain = workspacePath(path);
  try {
    const folder = await realpath(join(root, posix.dirname(plain || '.')));
    const inside = await realpath(root);
    if (folder !== inside && !folder.startsWith(inside + sep)) {
      throw new InputError(
        `'${path}' leaves the workspace through a link: store the files themselves`,
      );
    }
    const source = plain ? join(folder, posix.basename(plain)) : inside;
    await lstat(source);
    return archiveOf(archive => add(archive, source, plain));
  } catch (error) {
    if (isMissing(error)) {
      throw new NotFoundError(`There is no '${path}' in the workspace`);
    }
    throw error;
  }
}

async function add(archive: Pack, source: string, name: string): Promise<void> {
  const stats = await lstat(source);
  const common = { name, mode: stats.mode & 0o777, mtime: stats.mtime };
  if (stats.isDirectory()) {
    if (name) {
      await addEntry(archive, {
        ...common,
        name: `${name}/`,
        type: 'directory',
      });
    }
    for (const child of (await readdir(source)).sort()) {
      await add(archive, join(source, child), posix.join(name, child));
    }
  } else if (stats.isSymbolicLink()) {
    const target = await readlink(source);
    if (!linkStaysInside(name, target)) {
      throw new InputError(
        `Link '${name}' points to '${target}', outside of the workspace: store the files themselves`,
      );
    }
    await addEntry(archive, { ...common, type: 'symlink', linkname: target });
  } else if (stats.isFile()) {
    await addFile(archive, source, common);
  } else if (!stats.isSocket()) {
    throw new InputError(
      `'${name}' is a pipe or a device: only files, folders and links can be stored`,
    );
  }
}

async function addFile(
  archive: Pack,
  source: string,
  header: { name: string; mode: number; mtime: Date },
): Promise<void> {
  const file = await open(source, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size } = await file.stat();
    const content = size
      ? file.createReadStream({
          highWaterMark: 256 * 1024,
          autoClose: false,
          end: size - 1,
        })
      : undefined;
    await addEntry(archive, { ...header, type: 'file', size }, content);
  } finally {
    await file.close();
  }
}
