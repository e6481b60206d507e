import { readdir } from 'node:fs/promises';
import { isMissing } from '@model-ci/backstage-plugin-model-ci-node';
import { killTree } from '../processes/killTree';
import { isAbandoned } from '../processes/startSupervisor';
import {
  folderOf,
  isFolderName,
  isRemoved,
  removeFolder,
  removeRest,
} from './folder';

/**
 * Removes the folders in which a backend was killed before it could start anything, and what one has left of those that
 * it was removing. Answers how many there were.
 * Others of this machine may be at work there, and a stage may have written into its own: a folder that cannot be
 * judged is left alone and reported, and keeps nobody from starting.
 */
export async function sweepFolders(
  parent: string,
  now: number,
  onLeft: (folder: string, error: unknown) => void,
): Promise<number> {
  let swept = 0;
  for (const id of await listNames(parent)) {
    const folder = folderOf(parent, id);
    try {
      if (isRemoved(folder)) {
        await removeRest(folder.root);
        swept++;
      } else if (await isAbandoned(folder, now)) {
        // Whoever waits in it to supervise
        await killTree({ id, folder: folder.root });
        await removeFolder(folder);
        swept++;
      }
    } catch (error) {
      // Another process may have removed it meanwhile
      if (!isMissing(error)) {
        onLeft(folder.root, error);
      }
    }
  }
  return swept;
}

async function listNames(parent: string): Promise<string[]> {
  try {
    const entries = await readdir(parent, { withFileTypes: true });
    return entries
      .filter(entry => entry.isDirectory() && isFolderName(entry.name))
      .map(({ name }) => name);
  } catch (error) {
    if (isMissing(error)) {
      return [];
    }
    throw error;
  }
}
