import { randomUUID } from 'node:crypto';
import {
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { isMissing } from './isMissing';
import { runGit } from './runGit';

/**
 * Archives must hold exactly the bytes that were committed: a project's own attributes must neither leave
 * files out nor rewrite them, as `git archive` would otherwise do.
 */
const ATTRIBUTES =
  '* -text !eol -ident !filter !working-tree-encoding -export-ignore -export-subst\n';

/** File in a repository's folder that says whose folder it is. */
const UID_FILE = 'model-ci-uid';

/**
 * Makes an empty bare repository. It appears under its name in one step, complete, and says which repository of the
 * portal it belongs to. Touches nothing when there is something already: `own` when that is the same repository's,
 * which somebody made at the same time or before a crash, `foreign` when it is not.
 */
export async function createBareRepository(
  folder: string,
  options: { defaultBranch: string; uid: string },
): Promise<'made' | 'own' | 'foreign'> {
  if (await folderExists(folder)) {
    return await whose(folder, options.uid);
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
      `--initial-branch=${options.defaultBranch}`,
      draft,
    ]);
    await mkdir(path.join(draft, 'info'), { recursive: true });
    await writeFile(path.join(draft, 'info', 'attributes'), ATTRIBUTES);
    await writeFile(path.join(draft, UID_FILE), options.uid);
    // Fails where somebody else made a repository meanwhile: a folder with files is never replaced.
    await rename(draft, folder);
    return 'made';
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (await folderExists(folder)) {
      return await whose(folder, options.uid);
    }
    throw error;
  }
}

async function whose(folder: string, uid: string): Promise<'own' | 'foreign'> {
  try {
    const found = await readFile(path.join(folder, UID_FILE), 'utf8');
    return found === uid ? 'own' : 'foreign';
  } catch (error) {
    if (isMissing(error)) {
      return 'foreign';
    }
    throw error;
  }
}

/** Removes drafts of repositories that a crash left behind. */
export async function removeOldDrafts(
  directory: string,
  olderThan: Date,
): Promise<void> {
  const names = await readdir(directory).catch(error => {
    if (isMissing(error)) {
      return [];
    }
    throw error;
  });
  for (const name of names.filter(each => each.startsWith('.new-'))) {
    const draft = path.join(directory, name);
    const { mtime } = await stat(draft).catch(() => ({ mtime: new Date() }));
    if (mtime < olderThan) {
      await rm(draft, { recursive: true, force: true });
    }
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
