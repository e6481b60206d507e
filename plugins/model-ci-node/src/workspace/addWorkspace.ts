import { posix } from 'node:path';
import type { WorkspacePart } from '../executor';
import { admitEntries } from './admitEntries';
import { headerOf } from './archives';
import { ENTRY_TIME } from './entryTime';
import { ancestors, workspacePath } from './paths';
import { archiveEntries } from './readArchive';
import { addEntry, type ArchiveWriter } from './writeArchive';

/** Where a workspace is in an archive, and whom it belongs to. */
export interface WorkspacePlace {
  /** Folder of the archive. */
  root: string;
  owner?: { uid: number; gid: number };
  /** Of folders that the parts do not have themselves. */
  folderMode: number;
}

/**
 * Puts the parts of a workspace into an archive, each entry checked, with one time for all: whatever archives of earlier
 * versions say. Folders that a part leaves out are there before what is in them, since whoever unpacks it would give them the
 * time of now, and somebody else as their owner.
 */
export async function addWorkspace(
  archive: ArchiveWriter,
  parts: Pick<WorkspacePart, 'path' | 'open'>[],
  { root, owner, folderMode }: WorkspacePlace,
): Promise<void> {
  const admit = admitEntries();
  const folders = new Set<string>();
  const addParents = async (path: string) => {
    for (const parent of ancestors(path)) {
      if (!folders.has(parent)) {
        folders.add(parent);
        const name = posix.join(root, parent);
        await addFolder(archive, name, { owner, mode: folderMode });
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
}

/** Puts a folder into an archive. */
export async function addFolder(
  archive: ArchiveWriter,
  name: string,
  { owner, mode }: { owner?: WorkspacePlace['owner']; mode: number },
): Promise<void> {
  await addEntry(archive, {
    ...owner,
    ...{ name: `${name}/`, type: 'directory', mode, mtime: ENTRY_TIME },
  });
}
