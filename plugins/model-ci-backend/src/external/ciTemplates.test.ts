import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import scaffolderPlugin from '@backstage/plugin-scaffolder-backend';
import scaffolderModuleGitea from '@backstage/plugin-scaffolder-backend-module-gitea';
import scaffolderModuleGithub from '@backstage/plugin-scaffolder-backend-module-github';
import scaffolderModuleGitlab from '@backstage/plugin-scaffolder-backend-module-gitlab';
import scaffolderModuleModelCi from '@model-ci/backstage-plugin-scaffolder-backend-module-model-ci';
import {
  importPipeline,
  parsePipelineDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import { readTemplate } from 'template-linter';
import { createTestDatabases } from '../database/testDatabase';
import { FakeServiceHost } from '../deployments/testing/FakeServiceHost';
import { FakeExecutor } from '../engine/testing/FakeExecutor';
import { absentUsers } from '../http/testing/absentUsers';
import { HEAD } from '../http/testing/createUrlReader';
import { TestPortal } from '../http/testing/TestPortal';
import { type Build, CIS, runBuild } from './testing/ciBuilds';

jest.setTimeout(300_000);

const databases = createTestDatabases();
const REF = 'modelpipeline:default/mine';
const TEMPLATES = join(__dirname, '../../../../templates');
const NAMES = ['linear-regression-model', 'text-classifier'];

/** Where each CI's file stands, and a host that it builds from. */
const PLACES = {
  jenkins: { file: 'Jenkinsfile', host: 'portal' },
  travis: { file: '.travis.yml', host: 'github' },
  'github-actions': { file: '.github/workflows/model.yml', host: 'github' },
  'gitlab-ci': { file: '.gitlab-ci.yml', host: 'gitlab' },
};
type CiName = keyof typeof PLACES;
const CI_NAMES = Object.keys(PLACES) as CiName[];

type Files = Record<string, string>;

const hasDocker = isThere('docker', 'image', 'inspect', 'python:3.11');
const hasRsync = isThere('rsync', '--version');

/** Says aloud what is missing, or throws where it is demanded. */
function isThere(file: string, ...args: string[]): boolean {
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

/** The file as this machine can run it: its own Docker Engine is there in place of a service, or none is. */
function forThisMachine(text: string): string {
  const file = text.replace(/^ {2}services:\n {4}- docker:.*\n/m, '');
  return hasDocker ? file : file.replace(/docker (?=build|run)/g, 'true ');
}

/** Renders the templates with the scaffolder's own dry run. */
class Scaffolder {
  private constructor(
    private readonly backend: Awaited<ReturnType<typeof startTestBackend>>,
  ) {}

  static async start(): Promise<Scaffolder> {
    return new Scaffolder(
      await startTestBackend({
        features: [
          scaffolderPlugin,
          scaffolderModuleGitea,
          scaffolderModuleGithub,
          scaffolderModuleGitlab,
          scaffolderModuleModelCi,
          catalogServiceMock.factory({
            entities: [
              {
                apiVersion: 'backstage.io/v1alpha1',
                kind: 'User',
                metadata: { name: 'mock', namespace: 'default' },
                spec: {},
              },
            ],
          }),
          mockServices.rootConfig.factory({
            data: { backend: { baseUrl: 'https://portal.example' } },
          }),
        ],
      }),
    );
  }

  async dryRun(template: string, values: object) {
    const response = await fetch(
      `http://localhost:${this.backend.server.port()}/api/scaffolder/v2/dry-run`,
      {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          template: await readTemplate(join(TEMPLATES, `${template}.yaml`)),
          values: {
            name: 'mine',
            description: 'Built by another CI',
            owner: 'group:default/ml',
            repoUrl: 'example.com?owner=acme&repo=mine',
            ...values,
          },
          secrets: {},
          directoryContents: readdirSync(TEMPLATES, {
            recursive: true,
            withFileTypes: true,
          })
            .filter(entry => entry.isFile())
            .map(entry => join(entry.parentPath, entry.name))
            .filter(path => !/__pycache__|\.pytest_cache/.test(path))
            .map(path => ({
              path: relative(TEMPLATES, path),
              base64Content: readFileSync(path).toString('base64'),
            })),
        }),
      },
    );
    return { status: response.status, body: await response.text() };
  }

  async render(template: string, ci: CiName): Promise<Files> {
    const { host } = PLACES[ci];
    const { status, body } = await this.dryRun(template, { host, ci });
    if (status !== 200) {
      throw new Error(`${template} with ${ci} is refused: ${body}`);
    }
    const { directoryContents } = JSON.parse(body);
    return Object.fromEntries(
      directoryContents.map((file: { path: string; base64Content: string }) => [
        file.path,
        Buffer.from(file.base64Content, 'base64').toString(),
      ]),
    );
  }

  stop() {
    return this.backend.stop();
  }
}

/** What a line reports of a stage, with the command that makes it. */
function readStages({ lines }: Build) {
  return lines.flatMap(({ command }) =>
    [
      ...command.matchAll(
        /model_ci\.py run --stage (\w+) (.*?) ?-- (.*?)(?= &&|$)/g,
      ),
    ].map(([, name, options, script]) => ({ name, options, script })),
  );
}

describe('The files that the templates write for another CI', () => {
  let rendered: Record<string, Record<CiName, Files>>;
  let scaffolder: Scaffolder;

  beforeAll(async () => {
    scaffolder = await Scaffolder.start();
    rendered = Object.fromEntries(
      await Promise.all(
        NAMES.map(async template => [
          template,
          Object.fromEntries(
            await Promise.all(
              CI_NAMES.map(async ci => [
                ci,
                await scaffolder.render(template, ci),
              ]),
            ),
          ),
        ]),
      ),
    );
  });

  afterAll(() => scaffolder?.stop());

  it.each([
    ['portal', 'travis'],
    ['portal', 'github-actions'],
    ['github', 'gitlab-ci'],
    ['gitlab', 'github-actions'],
    ['gitea', 'travis'],
  ])('are not written where %s hosts and %s cannot build', async (host, ci) => {
    const { status } = await scaffolder.dryRun(NAMES[0], { host, ci });
    expect(status).toBe(400);
  });

  describe.each(NAMES)('%s', template => {
    it.each(CI_NAMES)('has the one file of %s, and what it needs', ci => {
      const files = rendered[template][ci];
      expect(CI_NAMES.filter(name => PLACES[name].file in files)).toEqual([ci]);
      const text = files[PLACES[ci].file];
      const { variables } = CIS[ci].read(text);
      expect(variables).toEqual({
        MODEL_CI_URL: 'https://portal.example',
        MODEL_CI_PIPELINE: 'default/mine',
        PYTHONPATH: 'src',
      });
      for (const path of ['CI.md', 'README.md', PLACES[ci].file]) {
        expect(files[path]).not.toMatch(/\{%|\$\{\{ values/);
      }
      expect(files['README.md']).toContain('CI.md');
      expect(files['CI.md']).toContain(PLACES[ci].file);
    });

    it.each(CI_NAMES)('runs the stages of the pipeline with %s', ci => {
      const files = rendered[template][ci];
      const parsed = parsePipelineDefinition(files['model-pipeline.yaml'], {
        file: 'model-pipeline.yaml',
      });
      if ('errors' in parsed) {
        throw new Error(JSON.stringify(parsed.errors));
      }
      const { triggers, stages } = parsed.definition;
      // A push starts nothing here besides.
      expect(triggers).toEqual({});
      const reported = readStages(CIS[ci].read(files[PLACES[ci].file]));
      const expected = Object.entries(stages).map(
        ([name, { script, reports, artifacts }]) => ({
          name,
          script: script.trim(),
          options: [
            ...Object.entries(reports)
              .filter(([kind]) => kind !== 'directions')
              .flatMap(([kind, paths]) =>
                [paths].flat().map(path => `--report ${kind}=${path}`),
              ),
            ...Object.entries(artifacts).map(
              ([name_, path]) =>
                `--artifact ${name_}=${String(path).replace(/\/$/, '')}`,
            ),
          ].sort(),
        }),
      );
      expect(
        reported
          .filter(({ name }) => name !== 'image')
          .map(({ options, ...stage }) => ({
            ...stage,
            options: options.match(/--\w+ \S+/g)?.sort(),
          })),
      ).toEqual(expected);
    });

    it.each(CI_NAMES)(
      'is a file of %s that the import of the portal can read',
      ci => {
        const name = PLACES[ci].file;
        const text = rendered[template][ci][name];
        const { kind, definition } = importPipeline({ text, name });
        expect(kind).toBe(ci.replace(/-(ci|actions)$/, ''));
        expect(definition).toContain('model_ci.py run --stage evaluate');
      },
    );
  });

  describe('are run', () => {
    // Filled before the first build reports, as the reader looks at them then.
    const files: Files = {};
    let portal: TestPortal;
    let token: string;
    let folder: string;
    let number = 100;

    beforeAll(async () => {
      portal = await TestPortal.start({
        db: await databases.init('SQLITE_3'),
        features: [absentUsers],
        executors: [
          Object.assign(new FakeExecutor(), {
            services: new FakeServiceHost(),
          }),
        ],
        files,
      });
      ({ token } = await portal.client.createToken(REF, {
        name: 'ci',
        actions: ['report', 'gate', 'artifact', 'deploy'],
      }));
    });

    afterAll(() => {
      if (hasDocker) {
        execFileSync('docker', ['rmi', '--force', 'mine'], { stdio: 'ignore' });
      }
      return portal?.stop();
    });

    beforeEach(async () => {
      number += 1;
      folder = await mkdtemp(join(tmpdir(), 'model-ci-template-'));
    });

    afterEach(() => rm(folder, { recursive: true, force: true }));

    async function checkOut(template: string, ci: CiName): Promise<string> {
      const project = rendered[template][ci];
      Object.assign(files, project);
      for (const [path, text] of Object.entries(project)) {
        await mkdir(join(folder, dirname(path)), { recursive: true });
        await writeFile(
          join(folder, path),
          path === PLACES[ci].file ? forThisMachine(text) : text,
        );
      }
      return forThisMachine(project[PLACES[ci].file]);
    }

    const env = () => ({
      MODEL_CI_URL: portal.baseUrl.replace('/api/model-ci', ''),
      MODEL_CI_TOKEN: token,
      PYTHON_IMAGE: 'python:3.11',
    });

    async function build(template: string, ci: CiName, branch = 'main') {
      const text = await checkOut(template, ci);
      const code = await runBuild(CIS[ci].read(text), {
        cwd: folder,
        branch,
        env: {
          ...CIS[ci].env({ number: String(number), commit: HEAD, branch }),
          ...env(),
        },
      });
      return { code, run: await findRun(ci) };
    }

    async function findRun(ci: CiName) {
      const { items } = await portal.client.listRuns({ pipelineRef: REF });
      const own = items.find(
        ({ ci: of }) =>
          of?.provider === ci && of.buildId.endsWith(String(number)),
      );
      return await portal.client.getRun(own?.id ?? 'none');
    }

    async function readDeployed() {
      const { items } = await portal.client.listDeployments({
        pipelineRef: REF,
      });
      return items[0]?.version;
    }

    it.each(['jenkins', 'travis', 'github-actions'] as const)(
      'line by line, as %s runs them: built, tested, judged and deployed',
      async ci => {
        const { code, run } = await build(NAMES[0], ci);
        expect(code).toBe(0);
        expect(run).toMatchObject({ status: 'succeeded', branch: 'main' });
        expect(run.stages.map(({ name, status }) => [name, status])).toEqual(
          ['build', 'test', 'train', 'evaluate', 'image'].map(name => [
            name,
            'succeeded',
          ]),
        );
        expect(run.stages[3].gates).toMatchObject([
          { metric: 'rmse', verdict: 'pass' },
        ]);
        expect(run.version).toEqual(expect.any(Number));
        expect(await readDeployed()).toBe(run.version);
      },
    );

    it('deploy nothing of another branch', async () => {
      const before = await readDeployed();
      portal.codeHost.refs.set('idea', HEAD);
      const { code, run } = await build(NAMES[0], 'travis', 'idea');
      expect(code).toBe(0);
      expect(run).toMatchObject({ status: 'succeeded', branch: 'idea' });
      expect(run.version).toBeUndefined();
      expect(await readDeployed()).toBe(before);
    });

    const describeGitlab = hasRsync ? describe : describe.skip;
    describeGitlab('by gitlab-ci-local', () => {
      it.each(NAMES)('for %s', async template => {
        const ci = 'gitlab-ci';
        await checkOut(template, ci);
        await runGitlab(folder, {
          ...CIS[ci].env({
            number: String(number),
            commit: HEAD,
            branch: 'main',
          }),
          ...env(),
        });
        const run = await findRun(ci);
        expect(run).toMatchObject({ status: 'succeeded', branch: 'main' });
        expect(run.stages.map(({ name, status }) => [name, status])).toEqual(
          ['build', 'test', 'train', 'evaluate'].map(name => [
            name,
            'succeeded',
          ]),
        );
        expect(await readDeployed()).toBe(run.version);
      });
    });
  });
});

/** Runs the whole `.gitlab-ci.yml` of a folder, with its jobs in shells of this machine. */
async function runGitlab(folder: string, variables: Record<string, string>) {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
  git('init', '--initial-branch=main');
  git('remote', 'add', 'origin', 'git@gitlab.example:acme/mine.git');
  git('add', '--all');
  git(
    ...['-c', 'user.name=Test', '-c', 'user.email=test@example.com'],
    ...['commit', '--message', 'First commit'],
  );
  // The portal answers in this process.
  const engine = spawn(
    process.execPath,
    [
      require.resolve('gitlab-ci-local/dist/index.js'),
      '--force-shell-executor',
      ...['--home', folder],
      ...Object.entries(variables).flatMap(([name, value]) => [
        '--variable',
        `${name}=${value}`,
      ]),
    ],
    {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { PATH: process.env.PATH, HOME: folder },
    },
  );
  expect(await once(engine, 'close')).toEqual([0, null]);
}
