import { spawn } from 'node:child_process';
import { parse } from 'yaml';

/** A line of a build, and the branch that it is only for. */
export interface Line {
  command: string;
  branch?: string;
}

/** What a CI does with its file: its lines in order, those after a success, and those after a failure. */
export interface Build {
  /** Variables that the file itself sets; those that hold secrets are left out. */
  variables: Record<string, string>;
  lines: Line[];
  success: Line[];
  failure: Line[];
}

export interface Ci {
  read(file: string): Build;
  /** What the CI sets of a build of a branch. */
  env(build: {
    number: string;
    commit: string;
    branch: string;
  }): Record<string, string>;
}

const toLines = (commands: string[]): Line[] =>
  commands.map(command => ({ command }));

function readJenkins(file: string): Build {
  const [head, ...rest] = file.split(/\n {4}stage\(/);
  const post = file.split(/\n {2}post \{/)[1];
  const commandsOf = (text: string) =>
    [...text.matchAll(/^\s*sh (['"])(.*)\1$/gm)].map(([, , line]) => line);
  const as = (status: string) =>
    toLines(
      commandsOf(post).map(line =>
        // Groovy puts it in; nothing else is in braces.
        line.replace('${currentBuild.currentResult}', status),
      ),
    );
  return {
    variables: Object.fromEntries(
      [...head.matchAll(/^ {4}(\w+) = '(.*)'$/gm)].map(([, name, value]) => [
        name,
        value,
      ]),
    ),
    lines: rest.flatMap(stage => {
      const [steps] = stage.split(/\n {2}post \{/);
      const branch = steps.match(/when \{ branch '(.*)' \}/)?.[1];
      return commandsOf(steps).map(command => ({ command, branch }));
    }),
    success: as('SUCCESS'),
    failure: as('FAILURE'),
  };
}

function readTravis(text: string): Build {
  const file = parse(text);
  const variables: string[] = file.env.global;
  return {
    variables: Object.fromEntries(
      variables.map(each => each.split(/=(.*)/s).slice(0, 2)),
    ),
    lines: toLines([...file.before_script, ...file.script]),
    success: toLines(file.after_success ?? []),
    failure: toLines(file.after_failure),
  };
}

function readGithub(text: string): Build {
  const file = parse(text);
  const steps: Array<{ run?: string; if?: string }> = file.jobs.model.steps;
  const isAfterFailure = (step: { if?: string }) =>
    step.if?.startsWith('failure()') ?? false;
  const variables: Array<[string, string]> = Object.entries(file.env);
  return {
    variables: Object.fromEntries(
      variables.filter(([, value]) => !value.includes('${{')),
    ),
    lines: steps.flatMap(step =>
      step.run && !isAfterFailure(step)
        ? [
            {
              command: step.run,
              branch: step.if?.match(/github\.ref == 'refs\/heads\/(.*)'/)?.[1],
            },
          ]
        : [],
    ),
    success: [],
    failure: toLines(
      steps.flatMap(step =>
        step.run && isAfterFailure(step)
          ? [step.run.replace('${{ job.status }}', 'failure')]
          : [],
      ),
    ),
  };
}

function readGitlab(text: string): Build {
  const file = parse(text);
  return {
    variables: file.variables,
    lines: toLines([
      ...file.default.before_script,
      ...file.model.script,
      ...(file.container?.script ?? []),
    ]),
    success: toLines(file.succeed.script),
    failure: toLines(file.fail.script),
  };
}

/** The CIs whose files docs/ci.md shows and the templates write, by the name that the client reports. */
export const CIS: Record<string, Ci> = {
  jenkins: {
    read: readJenkins,
    env: ({ number, commit, branch }) => ({
      JENKINS_URL: 'https://ci.example/',
      JOB_NAME: `mine/${branch}`,
      BUILD_NUMBER: number,
      BUILD_URL: `https://ci.example/job/mine/${number}/`,
      BRANCH_NAME: branch,
      GIT_COMMIT: commit,
    }),
  },
  travis: {
    read: readTravis,
    env: ({ number, commit, branch }) => ({
      TRAVIS: 'true',
      TRAVIS_BUILD_ID: number,
      TRAVIS_BUILD_WEB_URL: `https://ci.example/${number}`,
      TRAVIS_BRANCH: branch,
      TRAVIS_PULL_REQUEST: 'false',
      TRAVIS_COMMIT: commit,
    }),
  },
  'github-actions': {
    read: readGithub,
    env: ({ number, commit, branch }) => ({
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'example/mine',
      GITHUB_RUN_ID: number,
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_REF: `refs/heads/${branch}`,
      GITHUB_SHA: commit,
    }),
  },
  'gitlab-ci': {
    read: readGitlab,
    env: ({ number, commit, branch }) => ({
      GITLAB_CI: 'true',
      CI_PIPELINE_ID: number,
      CI_PIPELINE_URL: `https://ci.example/${number}`,
      CI_COMMIT_BRANCH: branch,
      CI_DEFAULT_BRANCH: 'main',
      CI_COMMIT_SHA: commit,
    }),
  },
};

/** Runs one line as a CI does, in a shell of its own; answers its exit code. */
export async function runLine(
  command: string,
  options: { cwd: string; env: Record<string, string> },
): Promise<number | null> {
  const child = spawn('bash', ['-e', '-c', command], {
    cwd: options.cwd,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      ...options.env,
    },
    stdio: 'inherit',
  });
  return await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
}

/** Runs a build's lines until one fails, then those that follow; answers the first failure's exit code, or 0. */
export async function runBuild(
  build: Build,
  options: { cwd: string; env: Record<string, string>; branch: string },
): Promise<number | null> {
  const { branch } = options;
  const env = { ...build.variables, ...options.env };
  let code: number | null = 0;
  for (const line of build.lines) {
    if (line.branch === undefined || line.branch === branch) {
      code = await runLine(line.command, { ...options, env });
    }
    if (code !== 0) {
      break;
    }
  }
  for (const { command } of code === 0 ? build.success : build.failure) {
    expect([command, await runLine(command, { ...options, env })]).toEqual([
      command,
      0,
    ]);
  }
  return code;
}
