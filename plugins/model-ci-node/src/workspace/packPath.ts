import { lstat, readdir, readlink, realpath } from 'node:fs/promises';
import { posix, join, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { InputError, NotFoundError } from '@backstage/errors';
import { isMissing } from './fileErrors';
import { compareNames, decodeName, encodeName, printableName } from './names';
import { linkStaysInside, relativeTarget, workspacePath } from './paths';
import type { EntryHeader } from './tarHeader';
import { openFile } from './trustedFiles';
import { addEntry, archiveOf, type ArchiveWriter } from './writeArchive';

/**
 * A tar archive of one path of a workspace that nothing writes to any more. Links are stored as links;
 * those that leave the workspace are refused, for what they point to is the backend's, not the stage's. Where the
 * workspace lies is forgotten: absolute links into it become relative.
 */
export async function packPath(root: string, path: string): Promise<Readable> {
  const plain = workspacePath(path);
  try {
    if (!(await lstat(root)).isDirectory()) {
      throw new InputError('The workspace was replaced by something else');
    }
    const folder = await realName(join(root, posix.dirname(plain || '.')));
    const inside = await realName(root);
    if (folder !== inside && !folder.startsWith(inside + sep)) {
      throw new InputError(
        `'${path}' leaves the workspace through a link: store the files themselves`,
      );
    }
    const source = plain ? join(folder, posix.basename(plain)) : inside;
    await lstat(encodeName(source));
    return archiveOf(archive =>
      add(archive, { source, name: plain, roots: [root, inside] }),
    );
  } catch (error) {
    if (isMissing(error)) {
      throw new NotFoundError(`There is no '${path}' in the workspace`);
    }
    throw error;
  }
}

async function realName(path: string): Promise<string> {
  return decodeName(await realpath(encodeName(path), 'buffer'));
}

async function add(
  archive: ArchiveWriter,
  place: { source: string; name: string; roots: string[] },
): Promise<void> {
  const { source, name, roots } = place;
  const path = encodeName(source);
  const stats = await lstat(path);
  const common = { name, mode: stats.mode & 0o777, mtime: stats.mtime };
  if (stats.isDirectory()) {
    if (name) {
      await addEntry(archive, {
        ...common,
        name: `${name}/`,
        type: 'directory',
      });
    }
    const children = await readdir(path, { encoding: 'buffer' });
    for (const child of children.map(decodeName).sort(compareNames)) {
      await add(archive, {
        source: join(source, child),
        name: posix.join(name, child),
        roots,
      });
    }
  } else if (stats.isSymbolicLink()) {
    const written = decodeName(await readlink(path, 'buffer'));
    const target = relativeTarget(name, written, roots);
    if (!linkStaysInside(name, target)) {
      throw new InputError(
        `Link '${printableName(name)}' points to '${printableName(
          target,
        )}', outside of the workspace: store the files themselves`,
      );
    }
    await addEntry(archive, { ...common, type: 'symlink', linkname: target });
  } else if (stats.isFile()) {
    await addFile(archive, path, common);
  } else if (!stats.isSocket()) {
    throw new InputError(
      `'${printableName(
        name,
      )}' is a pipe or a device: only files, folders and links can be stored`,
    );
  }
}

async function addFile(
  archive: ArchiveWriter,
  path: Buffer,
  header: EntryHeader,
): Promise<void> {
  const file = await openFile(path);
  if (!file) {
    throw new InputError(
      `'${printableName(header.name)}' changed while it was stored`,
    );
  }
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
