import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const VERSION = '4.75.1';
/** What it copies files with; any image with sh, tar and git does. */
const UTIL_IMAGE = 'firecow/gitlab-ci-local-util:latest';

/** Milliseconds that gitlab-ci-local's docker executor needs for a chain of jobs that run `true`. */
export async function timeGitlabCiLocal(
  jobs: number,
  image: string,
): Promise<number> {
  await run('docker', ['image', 'inspect', UTIL_IMAGE]).catch(() => {
    throw new Error(
      `gitlab-ci-local needs an image ${UTIL_IMAGE}: pull it, or tag one that has sh, tar and git`,
    );
  });
  const folder = await mkdtemp(join(tmpdir(), 'model-ci-peer-'));
  const gitlab = (...args: string[]) =>
    run('npx', ['--yes', `gitlab-ci-local@${VERSION}`, ...args], {
      cwd: folder,
      maxBuffer: 2 ** 26,
    });
  try {
    await writeFile(join(folder, '.gitlab-ci.yml'), chain(jobs, image));
    const git = (...args: string[]) => run('git', args, { cwd: folder });
    await git('init', '--quiet', '--initial-branch', 'main');
    await git('remote', 'add', 'origin', 'https://git.example.com/a/b.git');
    await git('add', '.');
    const me = ['-c', 'user.name=me', '-c', 'user.email=me@example.com'];
    await git(...me, 'commit', '--quiet', '--message', 'Chain');
    // Installed and warm before the clock starts
    await gitlab('--list');
    const start = performance.now();
    await gitlab('--pull-policy', 'if-not-present');
    return performance.now() - start;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function chain(jobs: number, image: string): string {
  const names = Array.from({ length: jobs }, (_, index) => `s${index}`);
  return [
    `stages: [${names.join(', ')}]`,
    ...names.map(
      name => `${name}: { stage: ${name}, image: ${image}, script: ['true'] }`,
    ),
  ].join('\n');
}
