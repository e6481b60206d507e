import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Clone } from './git';
import type { Portal } from './portal';

const exec = promisify(execFile);

/**
 * Does what Jenkins does with the `Jenkinsfile` of a clone, in a build of main: its `sh` lines in order, each in a shell
 * of its own. The image is left to the tests that have a Docker Engine.
 */
export async function runJenkinsfile(
  clone: Clone,
  portal: Portal,
  options: { model: string; token: string },
): Promise<void> {
  const [stages] = (await clone.read('Jenkinsfile')).split(/\n {2}post \{/);
  const commands = [...stages.matchAll(/^\s*sh '(.*)'$/gm)]
    .map(([, command]) => command)
    .filter(command => !command.includes('docker '));
  for (const command of commands) {
    await exec('sh', ['-xe', '-c', command], {
      cwd: clone.directory,
      env: {
        PATH: process.env.PATH,
        HOME: clone.directory,
        PYTHONPATH: 'src',
        MODEL_CI_URL: portal.url,
        MODEL_CI_PIPELINE: `default/${options.model}`,
        MODEL_CI_TOKEN: options.token,
        JENKINS_URL: 'https://ci.example/',
        JOB_NAME: `${options.model}/main`,
        BUILD_NUMBER: '1',
        BUILD_URL: `https://ci.example/job/${options.model}/1/`,
        BRANCH_NAME: 'main',
        GIT_COMMIT: await clone.git('rev-parse', 'HEAD'),
      },
    });
  }
}
