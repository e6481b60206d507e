import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'model-ci-ssh-';

/** Backends in containers may share the folder, and have the same process ids. */
function placeName(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 4);
}

/** A folder for the sockets of ssh connections of this process. Its name is short, since that of a socket may not be long. */
export function makeSocketFolder(temporary: string): string {
  return mkdtempSync(
    join(temporary, `${PREFIX}${placeName()}-${process.pid}-`),
  );
}

/** Removes what processes of this machine and user left that were killed. Their connections have ended by themselves. */
export async function sweepSocketFolders(
  temporary: string,
  isAlive = isProcess,
): Promise<void> {
  for (const name of await readdir(temporary)) {
    const [, place, pid] =
      /^model-ci-ssh-([0-9a-f]{4})-(\d+)-/.exec(name) ?? [];
    if (place === placeName() && !isAlive(Number(pid))) {
      const path = join(temporary, name);
      const found = await lstat(path).catch(() => undefined);
      if (found?.isDirectory() && found.uid === process.getuid?.()) {
        await rm(path, { recursive: true, force: true });
      }
    }
  }
}

function isProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
