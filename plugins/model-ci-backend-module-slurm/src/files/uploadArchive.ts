import { Readable } from 'node:stream';
import {
  addEntry,
  addFolder,
  addWorkspace,
  archiveOf,
  type WorkspacePart,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { FirstFiles } from './AttemptFiles';

/** Comes last, so that whoever unpacks the archive knows that it was whole. */
export const LAST_ENTRY = 'complete';

const WORKSPACE = 'workspace';

const FOLDER_MODE = 0o700;

/** A tar archive of a whole folder of an attempt: workspace, and what lies beside it. */
export function uploadArchive(
  files: FirstFiles,
  parts: Pick<WorkspacePart, 'path' | 'open'>[],
): Readable {
  return archiveOf(async archive => {
    for (const name of [WORKSPACE, 'home', 'tmp']) {
      await addFolder(archive, name, { mode: FOLDER_MODE });
    }
    const place = { root: WORKSPACE, folderMode: FOLDER_MODE };
    await addWorkspace(archive, parts, place);
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
