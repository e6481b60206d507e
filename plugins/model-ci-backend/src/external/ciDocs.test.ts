import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createTestDatabases } from '../database/testDatabase';
import { FakeServiceHost } from '../deployments/testing/FakeServiceHost';
import { FakeExecutor } from '../engine/testing/FakeExecutor';
import { absentUsers } from '../http/testing/absentUsers';
import { entityFile, HEAD } from '../http/testing/createUrlReader';
import { TestPortal } from '../http/testing/TestPortal';
import { type CiName, ENGINES } from './testing/ciEngines';
import { createHome } from './testing/run';

jest.setTimeout(120_000);

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

const FILES: Record<CiName, string> = {
  jenkins: blocks('Jenkins', 'groovy')[0],
  travis: blocks('Travis CI', 'yaml')[0],
  'github-actions': blocks('GitHub Actions', 'yaml')[0],
  'gitlab-ci': blocks('GitLab CI', 'yaml')[0],
};

const RUNNABLE = (Object.keys(ENGINES) as CiName[]).filter(
  ci => !ENGINES[ci].missing,
);

describe('The files of docs/ci.md', () => {
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

  afterAll(async () => {
    await portal?.stop();
    await rm(home, { recursive: true, force: true });
  });

  beforeEach(async () => {
    number += 1;
    folder = await mkdtemp(join(tmpdir(), 'model-ci-docs-'));
    for (const [name, text] of Object.entries(PROJECT)) {
      await writeFile(join(folder, name), text);
    }
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function build(ci: CiName, env: Record<string, string> = {}) {
    const file = join(folder, ENGINES[ci].file);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(
      file,
      FILES[ci]
        .replaceAll(
          'https://portal.example',
          portal.baseUrl.replace('/api/model-ci', ''),
        )
        .replaceAll('default/house-price', 'default/mine'),
    );
    const code = await ENGINES[ci].build({
      ...{ folder, home, token, env },
      branch: 'main',
      commit: HEAD,
      number: String(number),
    });
    const { items } = await portal.client.listRuns({ pipelineRef: REF });
    const own = items.find(
      ({ ci: of }) =>
        of?.provider === ci && of.buildId.endsWith(String(number)),
    );
    return { code, run: await portal.client.getRun(own?.id ?? 'none') };
  }

  it.each(RUNNABLE)(
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

  it.each(RUNNABLE)('stop a worse model, and say so, with %s', async ci => {
    const { code, run } = await build(ci, { RMSE: '31' });
    expect(code).toBe(1);
    expect(run.status).toBe('failed');
    expect(run.version).toBeUndefined();
    expect(run.reason?.text).toContain('evaluate');
  });
});
