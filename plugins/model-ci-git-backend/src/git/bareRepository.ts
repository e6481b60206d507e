import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isMissing } from './isMissing';
import { runGit } from './runGit';

/**
 * Archives must hold exactly the bytes that were committed: a project's own attributes must neither leave
 * files out nor rewrite them, as `git archive` would otherwise do.
 */
const ATTRIBUTES =
  '* -text !eol -ident !filter !working-tree-encoding -export-ignore -export-subst\n';

/**
 * Makes an empty bare repository. It appears under its name in one step, complete.
 * Answers false and touches nothing when there is something already.
 */
export async function createBareRepository(
  folder: string,
  defaultBranch: string,
): Promise<boolean> {
  if (await folderExists(folder)) {
    return false;
  }
  const parent = path.dirname(folder);
  await mkdir(parent, { recursive: true });
  const draft = path.join(parent, `.new-${randomUUID()}`);
  try {
    await runGit([
      'init',
      '--bare',
      '--quiet',
      '--template=',
      `--initial-branch=${defaultBranch}`,
      draft,
    ]);
    await mkdir(path.join(draft, 'info'), { recursive: true });
    await writeFile(path.join(draft, 'info', 'attributes'), ATTRIBUTES);
    // Fails where somebody else made a repository meanwhile: a folder with files is never replaced.
    await rename(draft, folder);
    return true;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (await folderExists(folder)) {
      return false;
    }
    throw error;
  }
}

export async function folderExists(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory();
  } catch (error) {
    if (isMissing(error)) {
      return false;
    }
    throw error;
  }
}
