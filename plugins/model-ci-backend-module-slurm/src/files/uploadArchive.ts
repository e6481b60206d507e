import { posix } from 'node:path';
import { Readable } from 'node:stream';
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
import type { FirstFiles } from './AttemptFiles';

/** Comes last, so that whoever unpacks the archive knows that it was whole. */
export const LAST_ENTRY = 'complete';

const WORKSPACE = 'workspace';

/** A tar archive of a whole folder of an attempt: workspace, and what lies beside it. */
export function uploadArchive(
  files: FirstFiles,
  parts: Pick<WorkspacePart, 'path' | 'open'>[],
): Readable {
  return archiveOf(async archive => {
    for (const name of [WORKSPACE, 'home', 'tmp']) {
      await addFolder(archive, name);
    }
    await addParts(archive, parts);
    for (const [name, content] of Object.entries({
      ...files,
      [LAST_ENTRY]: '',
    })) {
      const bytes = Buffer.from(content);
      await addEntry(
        archive,
        { name, type: 'file', mode: 0o600, size: bytes.length },
        Readable.from([bytes]),
      );
    }
  });
}

async function addParts(
  archive: ArchiveWriter,
  parts: Pick<WorkspacePart, 'path' | 'open'>[],
): Promise<void> {
  const admit = admitEntries();
  const folders = new Set<string>();
  // Folders that an archive leaves out would otherwise have the time of now
  const addParents = async (path: string) => {
    for (const parent of ancestors(path)) {
      if (!folders.has(parent)) {
        folders.add(parent);
        await addFolder(archive, posix.join(WORKSPACE, parent));
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
          mtime: ENTRY_TIME,
          name: posix.join(WORKSPACE, header.name),
          ...(admitted.type === 'link' && {
            linkname: posix.join(WORKSPACE, admitted.target),
          }),
        },
        admitted.type === 'file' ? entry : undefined,
      );
    }
  }
}

async function addFolder(archive: ArchiveWriter, name: string): Promise<void> {
  await addEntry(archive, {
    name: `${name}/`,
    type: 'directory',
    mode: 0o700,
    mtime: ENTRY_TIME,
  });
}
