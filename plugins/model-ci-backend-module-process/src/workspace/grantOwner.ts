import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Gives the owner all rights to a folder and those below it. Links are not followed. */
export async function grantOwner(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) {
      await grantOwner(join(folder, entry.name));
    }
  }
}
