import { access } from 'node:fs/promises';
import path from 'node:path';
import { runGit } from './runGit';

/** GIT_CONFIG_GLOBAL came with this release. */
const OLDEST = [2, 32] as const;

/** Checks that the machine has what the host needs, before the first clone finds out. */
export async function checkGitInstallation(): Promise<void> {
  let version: string;
  try {
    version = (await runGit(['--version'])).trim();
  } catch (error) {
    throw new Error(
      'modelCi.git needs git on the PATH of the backend: install git, or remove the key',
      { cause: error },
    );
  }
  const [major, minor] = (version.match(/(\d+)\.(\d+)/) ?? [])
    .slice(1)
    .map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw new Error(
      `modelCi.git needs git ${OLDEST.join('.')} or newer, found "${version}"`,
    );
  }
  const folder = (await runGit(['--exec-path'])).trim();
  try {
    await access(path.join(folder, 'git-http-backend'));
  } catch (error) {
    throw new Error(
      `modelCi.git needs "git http-backend", which ${folder} does not hold: install it (on Alpine the package git-daemon)`,
      { cause: error },
    );
  }
}
