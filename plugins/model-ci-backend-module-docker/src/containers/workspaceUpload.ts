import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import {
  addEntry,
  admitEntries,
  ancestors,
  archiveEntries,
  archiveOf,
  ENTRY_TIME,
  headerOf,
  workspacePath,
  type ArchiveWriter,
  type WorkspacePart,
} from '@model-ci/backstage-plugin-model-ci-node';
import { HOME, WORKSPACE } from './containerSpec';

/** Where the archive of a workspace is unpacked: at the root of the container, or in the workspace alone. */
export type UploadPlace = '/' | typeof WORKSPACE;

/**
 * One archive for a new container: the home folder, the workspace and all its parts, owned by the container's user.
 * One, because each upload costs the engine a process of its own.
 */
export function workspaceUpload(
  parts: WorkspacePart[],
  owner: { uid: number; gid: number },
  place: UploadPlace,
): Readable {
  return archiveOf(async archive => {
    if (place === '/') {
      await addFolder(archive, HOME.slice(1), owner);
    }
    const root = posix.relative(place, WORKSPACE) || '.';
    // The engine passes over an entry '.', so that the owner of the folder itself is set by its name
    await addFolder(archive, root === '.' ? `..${WORKSPACE}` : root, owner);
    const admit = admitEntries();
    const folders = new Set<string>();
    // Folders that an archive leaves out would otherwise belong to root
    const addParents = async (path: string) => {
      for (const parent of ancestors(path)) {
        if (!folders.has(parent)) {
          folders.add(parent);
          await addFolder(archive, posix.join(root, parent), owner);
        }
      }
    };

    for (const part of parts) {
      const prefix = workspacePath(part.path);
      await addParents(posix.join(prefix, '-'));
      for await (const entry of archiveEntries(await part.open())) {
        const admitted = admit(entry.header, prefix);
        if (admitted.type !== 'file') {
          entry.resume();
        }
        if (admitted.path === '') {
          continue;
        }
        await addParents(admitted.path);
        if (admitted.type === 'directory') {
          folders.add(admitted.path);
        }
        const header = headerOf(admitted);
        await addEntry(
          archive,
          {
            ...header,
            ...owner,
            // Whatever the archive says: archives of earlier versions say other things
            mtime: ENTRY_TIME,
            name: posix.join(root, header.name),
            ...(admitted.type === 'link' && {
              linkname: posix.join(root, admitted.target),
            }),
          },
          admitted.type === 'file' ? entry : undefined,
        );
      }
    }
  });
}

async function addFolder(
  archive: ArchiveWriter,
  name: string,
  owner: { uid: number; gid: number },
): Promise<void> {
  await addEntry(archive, {
    ...owner,
    name: `${name}/`,
    type: 'directory',
    mode: 0o755,
    mtime: ENTRY_TIME,
  });
}
