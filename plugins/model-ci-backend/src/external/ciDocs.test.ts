import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { createTestDatabases } from '../database/testDatabase';
import { FakeServiceHost } from '../deployments/testing/FakeServiceHost';
import { FakeExecutor } from '../engine/testing/FakeExecutor';
import { absentUsers } from '../http/testing/absentUsers';
import { entityFile, HEAD } from '../http/testing/createUrlReader';
import { TestPortal } from '../http/testing/TestPortal';

const databases = createTestDatabases();
const REF = 'modelpipeline:default/mine';
const PAGE = readFileSync(join(__dirname, '../../../../docs/ci.md'), 'utf8');

/** The blocks of code of a section of the page. */
function blocks(section: string, language: string): string[] {
  const text = PAGE.split(/^## /m).find(each => each.startsWith(section)) ?? '';
  return [...text.matchAll(/```(\w+)\n([\s\S]*?)```/g)].flatMap(
    ([, name, code]) => (name === language ? [code] : []),
  );
}

/** What a project has that the examples build. */
const PROJECT = {
  'test_model.py': 'def test_adds():\n    assert 1 + 1 == 2\n',
  'train.py': `import json\njson.dump({'slope': 2}, open('model.json', 'w'))\n`,
  'evaluate.py': `import json, os\njson.dump({'rmse': float(os.environ.get('RMSE', 12.5))}, open('metrics.json', 'w'))\n`,
};

/** A build: its lines in order, those after a success, and those after a failure. */
interface Build {
  lines: string[];
  success: string[];
  failure: string[];
}

function jenkins(): Build {
  const [file] = blocks('Jenkins', 'groovy');
  const [stages, post] = file.split(/\n {2}post \{/);
  const linesOf = (text: string) =>
    [...text.matchAll(/^\s*sh (['"])(.*)\1$/gm)].map(([, , line]) => line);
  const as = (status: string) =>
    linesOf(post).map(line =>
      // Groovy puts it in; nothing else is in braces.
      line.replace('${currentBuild.currentResult}', status),
    );
  return {
    lines: linesOf(stages),
    success: as('SUCCESS'),
    failure: as('FAILURE'),
  };
}

function travis(): Build {
  const file = parse(blocks('Travis CI', 'yaml')[0]);
  return {
    lines: [...file.before_script, ...file.script],
    success: file.after_success,
    failure: file.after_failure,
  };
}

function github(): Build {
  const file = parse(blocks('GitHub Actions', 'yaml')[0]);
  const steps: Array<{ run?: string; if?: string }> = file.jobs.model.steps;
  const runs = (wanted: (step: { if?: string }) => boolean) =>
    steps.flatMap(step => (step.run && wanted(step) ? [step.run] : []));
  return {
    lines: runs(step => !step.if?.startsWith('failure()')),
    success: [],
    failure: runs(step => step.if?.startsWith('failure()') ?? false).map(line =>
      line.replace('${{ job.status }}', 'failure'),
    ),
  };
}

function gitlab(): Build {
  const file = parse(blocks('GitLab CI', 'yaml')[0]);
  const before: string[] = file.default.before_script;
  return {
    lines: [...before, ...file.model.script],
    success: file.succeed.script,
    failure: file.fail.script,
  };
}

const CIS: Record<
  string,
  { build: Build; env(number: string): Record<string, string> }
> = {
  jenkins: {
    build: jenkins(),
    env: number => ({
      JENKINS_URL: 'https://ci.example/',
      JOB_NAME: 'mine/main',
      BUILD_NUMBER: number,
      BUILD_URL: `https://ci.example/job/mine/${number}/`,
      BRANCH_NAME: 'main',
      GIT_COMMIT: HEAD,
    }),
  },
  travis: {
    build: travis(),
    env: number => ({
      TRAVIS: 'true',
      TRAVIS_BUILD_ID: number,
      TRAVIS_BUILD_WEB_URL: `https://ci.example/${number}`,
      TRAVIS_BRANCH: 'main',
      TRAVIS_PULL_REQUEST: 'false',
      TRAVIS_COMMIT: HEAD,
    }),
  },
  'github-actions': {
    build: github(),
    env: number => ({
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'example/mine',
      GITHUB_RUN_ID: number,
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_SHA: HEAD,
    }),
  },
  'gitlab-ci': {
    build: gitlab(),
    env: number => ({
      GITLAB_CI: 'true',
      CI_PIPELINE_ID: number,
      CI_PIPELINE_URL: `https://ci.example/${number}`,
      CI_COMMIT_BRANCH: 'main',
      CI_DEFAULT_BRANCH: 'main',
      CI_COMMIT_SHA: HEAD,
    }),
  },
};

describe('The files of docs/ci.md', () => {
  let portal: TestPortal;
  let token: string;
  let folder: string;
  let number = 100;

  beforeAll(async () => {
    portal = await TestPortal.start({
      db: await databases.init('SQLITE_3'),
      features: [absentUsers],
      executors: [
        Object.assign(new FakeExecutor(), { services: new FakeServiceHost() }),
      ],
      files: {
        'catalog-info.yaml': entityFile('mine'),
        'model-pipeline.yaml': blocks('What it takes', 'yaml')[0],
        ...PROJECT,
      },
    });
    ({ token } = await portal.client.createToken(REF, {
      name: 'docs',
      actions: ['report', 'gate', 'artifact', 'deploy'],
    }));
  }, 60_000);

  afterAll(() => portal?.stop());

  beforeEach(async () => {
    number += 1;
    folder = await mkdtemp(join(tmpdir(), 'model-ci-docs-'));
    for (const [name, text] of Object.entries(PROJECT)) {
      await writeFile(join(folder, name), text);
    }
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Runs one line as the CI does, in a shell of its own. */
  async function line(command: string, env: Record<string, string>) {
    // What installs packages is not about the client; they are there.
    if (command.includes('pip install')) {
      return 0;
    }
    const child = spawn('bash', ['-e', '-c', command], {
      cwd: folder,
      env: {
        PATH: process.env.PATH ?? '',
        HOME: process.env.HOME ?? '',
        MODEL_CI_URL: portal.baseUrl.replace('/api/model-ci', ''),
        MODEL_CI_PIPELINE: 'default/mine',
        MODEL_CI_TOKEN: token,
        ...env,
      },
      stdio: 'inherit',
    });
    return await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
  }

  async function build(ci: string, more: Record<string, string> = {}) {
    const { build: file, env } = CIS[ci];
    const variables = { ...env(String(number)), ...more };
    let code: number | null = 0;
    for (const command of file.lines) {
      code = await line(command, variables);
      if (code !== 0) {
        break;
      }
    }
    for (const command of code === 0 ? file.success : file.failure) {
      expect([command, await line(command, variables)]).toEqual([command, 0]);
    }
    const { items } = await portal.client.listRuns({ pipelineRef: REF });
    const own = items.find(
      ({ ci: of }) =>
        of?.provider === ci && of.buildId.endsWith(String(number)),
    );
    return { code, run: await portal.client.getRun(own?.id ?? 'none') };
  }

  it.each(Object.keys(CIS))(
    'build, test, judge and deploy a model with %s',
    async ci => {
      const { code, run } = await build(ci);
      expect(code).toBe(0);
      expect(run).toMatchObject({
        status: 'succeeded',
        branch: 'main',
        commit: HEAD,
      });
      expect(
        run.stages.map(({ name, title, status }) => [name, title, status]),
      ).toEqual([
        ['test', 'Tests', 'succeeded'],
        ['train', 'Training', 'succeeded'],
        ['evaluate', 'Evaluation', 'succeeded'],
      ]);
      expect(run.stages[2].gates).toMatchObject([
        { metric: 'rmse', value: 12.5, verdict: 'pass' },
      ]);
      const tests = await portal.client.listTests(run.id, 'test');
      expect(tests.items.map(({ name }) => name)).toEqual(['test_adds']);
      const { items } = await portal.client.listDeployments({
        pipelineRef: REF,
      });
      expect(items[0]).toMatchObject({
        version: run.version,
        environment: 'staging',
      });
    },
  );

  it.each(Object.keys(CIS))(
    'stop a worse model, and say so, with %s',
    async ci => {
      const { code, run } = await build(ci, { RMSE: '31' });
      expect(code).toBe(1);
      expect(run.status).toBe('failed');
      expect(run.version).toBeUndefined();
      expect(run.reason?.text).toContain('evaluate');
    },
  );
});
