import { posix } from 'node:path';
import { Readable } from 'node:stream';
import {
  addEntry,
  addFolder,
  addWorkspace,
  archiveOf,
  type WorkspacePart,
} from '@model-ci/backstage-plugin-model-ci-node';
import { HOME, WORKSPACE } from './containerSpec';
import { SECRETS_FILE, secretsFile } from './secretsFile';

/** Where the archive of a workspace is unpacked: at the root of the container, or in the workspace alone. */
export type UploadPlace = '/' | typeof WORKSPACE;

const FOLDER_MODE = 0o755;

/**
 * One archive for a new container: the home folder, the workspace and all its parts, owned by the container's user.
 * One, because each upload costs the engine a process of its own.
 */
export function workspaceUpload(
  parts: WorkspacePart[],
  owner: { uid: number; gid: number },
  place: UploadPlace,
  secrets: Record<string, string> = {},
): Readable {
  return archiveOf(async archive => {
    const folder = { owner, mode: FOLDER_MODE };
    if (place === '/') {
      await addFolder(archive, HOME.slice(1), folder);
    }
    const root = posix.relative(place, WORKSPACE) || '.';
    // The engine passes over an entry '.', so that the owner of the folder itself is set by its name
    const name = root === '.' ? `..${WORKSPACE}` : root;
    await addFolder(archive, name, folder);
    await addWorkspace(archive, parts, {
      ...{ root, owner, folderMode: FOLDER_MODE },
    });
    if (Object.keys(secrets).length > 0) {
      // Behind the parts, so that none of them can be in its place
      const bytes = Buffer.from(secretsFile(secrets));
      await addEntry(
        archive,
        {
          ...owner,
          ...{ name: posix.join(root, SECRETS_FILE), type: 'file' },
          ...{ mode: 0o600, size: bytes.length },
        },
        Readable.from([bytes]),
      );
    }
  });
}
