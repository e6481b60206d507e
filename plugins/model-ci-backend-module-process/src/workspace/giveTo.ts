import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { Folder } from '../attempts/folder';
import type { StageUser } from '../config';

const run = promisify(execFile);

/**
 * Makes another user the owner of what a script works in, and of nothing else: it passes through the folder above,
 * where the records are, and can change nothing there.
 */
export async function giveTo(
  user: StageUser | undefined,
  folder: Folder,
): Promise<void> {
  if (!user) {
    return;
  }
  const { uid, gid } = user;
  await chmod(dirname(folder.root), 0o711);
  await chmod(folder.root, 0o711);
  // Knows names that are not UTF-8, and follows no link
  await run('chown', [
    '-hR',
    `${uid}:${gid}`,
    folder.workspace,
    folder.home,
    folder.tmp,
  ]);
}
