import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDER, machine, run } from './run';
import { checkTravisFile, runTravis } from './travis';

/** A commit that is checked out, with what a CI knows of the build of it. */
export interface CiBuild {
  folder: string;
  /** Of the user of the build machine: what builds install and keep is here. */
  home: string;
  branch: string;
  commit: string;
  number: string;
  token: string;
  /** What builds have in their environment besides. */
  env?: Record<string, string>;
}

/** What builds a checkout by the file of a CI; answers 0 if the build succeeds. */
export interface CiEngine {
  /** Where its file stands. */
  file: string;
  /** A real engine that this machine does not have. */
  missing?: string;
  build(build: CiBuild): Promise<number | null>;
}

export type CiName = 'jenkins' | 'travis' | 'github-actions' | 'gitlab-ci';

/** Where `.ci/act` keeps the engine of workflows. */
const ACT = process.env.MODEL_CI_TEST_ACT ?? 'act';

/** Says aloud what is missing, or throws where it is demanded. */
export function isThere(file: string, ...args: string[]): boolean {
  try {
    execFileSync(file, args, { stdio: 'ignore' });
    return true;
  } catch (error) {
    if (process.env.MODEL_CI_REQUIRE_ENGINES === 'true') {
      throw error;
    }
    process.stderr.write(`Left out: ${file} ${args.join(' ')} fails here\n`);
    return false;
  }
}

async function buildInJenkins(build: CiBuild) {
  const { folder, home, branch, commit, number, token, env } = build;
  return await run('groovy', [join(FOLDER, 'jenkins.groovy'), 'Jenkinsfile'], {
    cwd: folder,
    env: {
      ...machine(home),
      JENKINS_URL: 'https://ci.example/',
      JENKINS_CREDENTIALS: JSON.stringify({ 'model-ci-token': token }),
      JOB_NAME: `mine/${branch}`,
      BUILD_NUMBER: number,
      BUILD_URL: `https://ci.example/job/mine/${number}/`,
      BRANCH_NAME: branch,
      GIT_COMMIT: commit,
      ...env,
    },
  });
}

async function buildInTravis(build: CiBuild) {
  const { folder, home, branch, commit, number, token, env } = build;
  const text = readFileSync(join(folder, '.travis.yml'), 'utf8');
  checkTravisFile(text);
  return await runTravis(text, {
    cwd: folder,
    env: {
      ...machine(home),
      MODEL_CI_TOKEN: token,
      TRAVIS: 'true',
      TRAVIS_BUILD_ID: number,
      TRAVIS_BUILD_WEB_URL: `https://ci.example/${number}`,
      TRAVIS_BRANCH: branch,
      TRAVIS_PULL_REQUEST: 'false',
      TRAVIS_COMMIT: commit,
      ...env,
    },
  });
}

const toOptions = (name: string, values: Record<string, string>) =>
  Object.entries(values).flatMap(([key, value]) => [name, `${key}=${value}`]);

/** Jobs run in shells of this machine, which has a Python already. */
async function buildInActions(build: CiBuild) {
  const { folder, home, branch, commit, number, token, env } = build;
  const event = join(home, 'event.json');
  const ref = `refs/heads/${branch}`;
  writeFileSync(event, JSON.stringify({ ref, deleted: false, after: commit }));
  return await run(
    ACT,
    [
      ...['push', '--eventpath', event],
      ...['--platform', 'ubuntu-latest=-self-hosted', '--no-cache-server'],
      ...toOptions('--secret', { MODEL_CI_TOKEN: token }),
      ...toOptions('--local-repository', {
        'actions/setup-python@v5': join(FOLDER, 'actions/setup-python'),
      }),
      ...toOptions('--env', {
        GITHUB_REPOSITORY: 'example/mine',
        GITHUB_RUN_ID: number,
        ...env,
      }),
    ],
    { cwd: folder, env: machine(home) },
  );
}

/** Runs the whole `.gitlab-ci.yml`, with its jobs in shells of this machine. */
async function buildInGitlab(build: CiBuild) {
  const { folder, home, branch, commit, number, token, env } = build;
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
  git('init', `--initial-branch=${branch}`);
  git('remote', 'add', 'origin', 'git@gitlab.example:acme/mine.git');
  git('add', '--all');
  git(
    ...['-c', 'user.name=Test', '-c', 'user.email=test@example.com'],
    ...['commit', '--message', 'First commit'],
  );
  return await run(
    process.execPath,
    [
      require.resolve('gitlab-ci-local/dist/index.js'),
      ...['--force-shell-executor', '--home', home],
      ...toOptions('--variable', {
        GITLAB_CI: 'true',
        MODEL_CI_TOKEN: token,
        CI_PIPELINE_ID: number,
        CI_PIPELINE_URL: `https://ci.example/${number}`,
        CI_COMMIT_BRANCH: branch,
        CI_DEFAULT_BRANCH: 'main',
        CI_COMMIT_SHA: commit,
        ...env,
      }),
    ],
    { cwd: folder, env: machine(home) },
  );
}

/** The first of a program that an engine needs and that is not there. */
const findMissing = (...programs: Array<[string, ...string[]]>) =>
  programs.find(program => !isThere(...program))?.[0];

/** The CIs whose files docs/ci.md shows and the templates write, by the name that the client reports. */
export const ENGINES: Record<CiName, CiEngine> = {
  jenkins: {
    file: 'Jenkinsfile',
    missing: findMissing(['groovy', '--version']),
    build: buildInJenkins,
  },
  travis: { file: '.travis.yml', build: buildInTravis },
  'github-actions': {
    file: '.github/workflows/model.yml',
    missing: findMissing([ACT, '--version']),
    build: buildInActions,
  },
  'gitlab-ci': {
    file: '.gitlab-ci.yml',
    missing: findMissing(['rsync', '--version']),
    build: buildInGitlab,
  },
};
