import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import type { Clone } from './git';

const exec = promisify(execFile);

const ENGINE = resolvePackagePath(
  '@model-ci/backstage-plugin-model-ci-backend',
  'src/external/testing/jenkins.groovy',
);

/** Does what Jenkins does with the `Jenkinsfile` of a clone, as it is, in a build of main. */
export async function runJenkinsfile(
  clone: Clone,
  options: { model: string; token: string },
): Promise<void> {
  const pip = Object.entries(process.env).filter(([name]) =>
    /^(PIP_|SSL_CERT_)/.test(name),
  );
  await exec('groovy', [ENGINE, 'Jenkinsfile'], {
    cwd: clone.directory,
    env: {
      ...Object.fromEntries(pip),
      PATH: process.env.PATH,
      HOME: clone.directory,
      PYTHON_IMAGE: 'python:3.11',
      JENKINS_CREDENTIALS: JSON.stringify({ 'model-ci-token': options.token }),
      JENKINS_URL: 'https://ci.example/',
      JOB_NAME: `${options.model}/main`,
      BUILD_NUMBER: '1',
      BUILD_URL: `https://ci.example/job/${options.model}/1/`,
      BRANCH_NAME: 'main',
      GIT_COMMIT: await clone.git('rev-parse', 'HEAD'),
    },
  });
}
