import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  importPipeline,
  parsePipelineDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import { TemplateRenderer } from 'template-linter';
import { createTestDatabases } from '../database/testDatabase';
import { FakeServiceHost } from '../deployments/testing/FakeServiceHost';
import { FakeExecutor } from '../engine/testing/FakeExecutor';
import { absentUsers } from '../http/testing/absentUsers';
import { HEAD } from '../http/testing/createUrlReader';
import { TestPortal } from '../http/testing/TestPortal';
import { type CiName, ENGINES, isThere } from './testing/ciEngines';
import { createHome } from './testing/run';
import { type Files, renderForCi } from './testing/renderForCi';
import { checkTravisFile } from './testing/travis';

jest.setTimeout(300_000);

const databases = createTestDatabases();
const REF = 'modelpipeline:default/mine';
const NAMES = [
  'linear-regression-model',
  'text-classifier',
  'credit-scoring',
  'diagnosis-classifier',
  'quality-inspection',
  'language-model',
];
const CI_NAMES = Object.keys(ENGINES) as CiName[];
const RUNNABLE = CI_NAMES.filter(ci => !ENGINES[ci].missing);
/** What is built: by each engine one that needs nothing but Python, and another by one. */
const BUILDS: Array<[string, CiName]> = [
  ...RUNNABLE.map((ci): [string, CiName] => ['linear-regression-model', ci]),
  ['text-classifier', 'travis'],
];

const hasDocker = isThere('docker', 'image', 'inspect', 'python:3.11');

/** The file as this machine can run it: with its own Docker Engine in place of a service, or without any. */
function forThisMachine(text: string): string {
  const file = text.replace(/^ {2}services:\n {4}- docker:.*\n/m, '');
  return hasDocker ? file : file.replace(/docker (?=build|run)/g, 'true ');
}

/** What the lines of a file report of a stage, with the command that makes it. */
function readStages(text: string) {
  return [
    ...text.matchAll(
      /model_ci\.py run --stage (\w+) (.*?) ?-- (.*?)(?= &&$|'?$)/gm,
    ),
  ].map(([, name, options, script]) => ({ name, options, script }));
}

describe('The files that the templates write for another CI', () => {
  let rendered: Record<string, Record<CiName, Files>>;
  let renderer: TemplateRenderer;

  beforeAll(async () => {
    renderer = await TemplateRenderer.start();
    rendered = Object.fromEntries(
      await Promise.all(
        NAMES.map(async template => [
          template,
          Object.fromEntries(
            await Promise.all(
              CI_NAMES.map(async ci => [
                ci,
                await renderForCi(renderer, template, ci),
              ]),
            ),
          ),
        ]),
      ),
    );
  });

  afterAll(() => renderer?.stop());

  it.each<[string, CiName]>([
    ['portal', 'travis'],
    ['portal', 'github-actions'],
    ['github', 'gitlab-ci'],
    ['gitlab', 'github-actions'],
    ['gitea', 'travis'],
  ])('are not written where %s hosts and %s cannot build', async (host, ci) => {
    await expect(
      renderForCi(renderer, NAMES[0], ci, host),
    ).rejects.toMatchObject({ status: 400 });
  });

  describe.each(NAMES)('%s', template => {
    it.each(CI_NAMES)('has the one file of %s, and what it needs', ci => {
      const files = rendered[template][ci];
      expect(CI_NAMES.filter(name => ENGINES[name].file in files)).toEqual([
        ci,
      ]);
      for (const path of ['CI.md', 'README.md', ENGINES[ci].file]) {
        expect(files[path]).not.toMatch(/\{%|\$\{\{ values/);
      }
      expect(files[ENGINES[ci].file]).toContain('https://portal.example');
      expect(files['README.md']).toContain('CI.md');
      expect(files['CI.md']).toContain(ENGINES[ci].file);
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
      const reported = readStages(files[ENGINES[ci].file]);
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
            options: (options.match(/--\w+ \S+/g) ?? []).sort(),
          })),
      ).toEqual(expected);
    });

    it.each(CI_NAMES)('can be imported by the portal from %s', ci => {
      const name = ENGINES[ci].file;
      const text = rendered[template][ci][name];
      const { kind, definition } = importPipeline({ text, name });
      expect(kind).toBe(ci.replace(/-(ci|actions)$/, ''));
      expect(definition).toContain('model_ci.py run --stage evaluate');
    });
  });

  it.each([
    ['scripts: [make]', 'unknown key scripts'],
    ['branches: { onyl: [main] }', '/branches'],
    ['language: pyhton', '/language'],
  ])('would not be a .travis.yml with %s', (more, error) => {
    const { travis } = rendered[NAMES[0]];
    const key = more.split(':')[0];
    const text = travis['.travis.yml'].replace(
      new RegExp(`^${key}:.*\\n((?: .*)\\n)*`, 'm'),
      '',
    );
    expect(() => checkTravisFile(`${text}\n${more}\n`)).toThrow(error);
  });

  describe('are run', () => {
    // Filled before the first build reports, as the reader looks at them then.
    const files: Files = {};
    let portal: TestPortal;
    let token: string;
    let home: string;
    let folder: string;
    let number = 100;

    beforeAll(async () => {
      home = await createHome();
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

    afterAll(async () => {
      if (hasDocker) {
        execFileSync('docker', ['rmi', '--force', 'mine'], { stdio: 'ignore' });
      }
      await portal?.stop();
      await rm(home, { recursive: true, force: true });
    });

    beforeEach(async () => {
      number += 1;
      folder = await mkdtemp(join(tmpdir(), 'model-ci-template-'));
    });

    afterEach(() => rm(folder, { recursive: true, force: true }));

    async function checkOut(template: string, ci: CiName) {
      const project = rendered[template][ci];
      Object.assign(files, project);
      for (const [path, text] of Object.entries(project)) {
        await mkdir(join(folder, dirname(path)), { recursive: true });
        await writeFile(
          join(folder, path),
          path === ENGINES[ci].file
            ? forThisMachine(text).replaceAll(
                'https://portal.example',
                portal.baseUrl.replace('/api/model-ci', ''),
              )
            : text,
        );
      }
    }

    async function build(template: string, ci: CiName, branch = 'main') {
      await checkOut(template, ci);
      const code = await ENGINES[ci].build({
        ...{ folder, home, branch, token },
        commit: HEAD,
        number: String(number),
        env: { PYTHON_IMAGE: 'python:3.11' },
      });
      const { items } = await portal.client.listRuns({ pipelineRef: REF });
      const own = items.find(
        ({ ci: of }) =>
          of?.provider === ci && of.buildId.endsWith(String(number)),
      );
      return { code, run: await portal.client.getRun(own?.id ?? 'none') };
    }

    async function readDeployed() {
      const { items } = await portal.client.listDeployments({
        pipelineRef: REF,
      });
      return items[0]?.version;
    }

    it.each(BUILDS)(
      '%s by %s: built, tested, judged and deployed',
      async (template, ci) => {
        const { code, run } = await build(template, ci);
        expect(code).toBe(0);
        expect(run).toMatchObject({ status: 'succeeded', branch: 'main' });
        const reported = readStages(rendered[template][ci][ENGINES[ci].file]);
        expect(run.stages.map(({ name, status }) => [name, status])).toEqual(
          reported.map(({ name }) => [name, 'succeeded']),
        );
        const log = await portal.client.readLog(run.id, 'test');
        expect(log.text).toContain('pytest-8.3.5');
        const gates = run.stages.flatMap(stage => stage.gates ?? []);
        expect(gates.length).toBeGreaterThan(0);
        expect(new Set(gates.map(({ verdict }) => verdict))).toEqual(
          new Set(['pass']),
        );
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
  });
});
