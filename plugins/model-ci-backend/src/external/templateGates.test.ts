import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabases } from '../database/testDatabase';
import { FakeServiceHost } from '../deployments/testing/FakeServiceHost';
import { FakeExecutor } from '../engine/testing/FakeExecutor';
import { absentUsers } from '../http/testing/absentUsers';
import { entityFile, HEAD } from '../http/testing/createUrlReader';
import { TestPortal } from '../http/testing/TestPortal';

jest.setTimeout(300_000);

const databases = createTestDatabases();
const REF = 'modelpipeline:default/mine';
const TEMPLATES = join(__dirname, '../../../../templates');

/** A commit that spoils one thing, and the gate that has to see it. */
interface Break {
  gate: { metric: string; slice?: string; baseline?: string };
  path: string;
  change(text: string): string;
}

const replace = (from: string, to: string) => (text: string) =>
  text.replaceAll(from, to);

/** Changes a column of a CSV file in the rows of these quarters. */
const inQuarters =
  (quarters: RegExp, column: string, value: (old: number) => number) =>
  (text: string) => {
    const [head, ...rows] = text.trimEnd().split('\n');
    const index = head.split(',').indexOf(column);
    return [head, ...rows.map(row => row.split(','))]
      .map(cells =>
        typeof cells === 'string' || !quarters.test(cells[1])
          ? cells
          : cells.map((cell, at) =>
              at === index && cell ? String(value(Number(cell))) : cell,
            ),
      )
      .join('\n')
      .concat('\n');
  };

/** How evaluate.py decides about the loans. */
const DECISION =
  'not scorecard.is_declined(probability) for probability in probabilities]';

const BREAKS: Record<string, Break> = {
  'a model that ranks by little': {
    gate: { metric: 'auc' },
    path: 'src/credit_scoring/train.py',
    change: replace('for name in NUMBERS]', 'for name in ["amount"]]'),
  },
  'a model that forgets about debts, and is worse than the champion': {
    gate: { metric: 'auc', baseline: 'champion' },
    path: 'src/credit_scoring/train.py',
    change: replace(
      'for name in NUMBERS]',
      'for name in NUMBERS if name not in ("debt_ratio", "utilisation", "income")]',
    ),
  },
  'one quarter whose debts were recorded as what is left of the income': {
    gate: { metric: 'auc', slice: 'quarter=2024Q3' },
    path: 'data/loans.csv',
    change: inQuarters(/2024Q3/, 'debt_ratio', debt => 1 - debt),
  },
  'applicants whose incomes come in another currency': {
    gate: { metric: 'psi' },
    path: 'data/loans.csv',
    change: inQuarters(/2024/, 'income', income => Math.round(income / 4)),
  },
  'probabilities of a training that weighs defaults more': {
    gate: { metric: 'calibration_gap' },
    path: 'src/credit_scoring/train.py',
    change: replace(
      'max_iter=1000)',
      'max_iter=1000, class_weight="balanced")',
    ),
  },
  'a decision that is harder for women': {
    gate: { metric: 'approval_gap_sex' },
    path: 'src/credit_scoring/evaluate.py',
    change: replace(
      DECISION,
      'not scorecard.is_declined(p * (2 if loan["sex"] == "f" else 1)) for p, loan in zip(probabilities, later)]',
    ),
  },
  'a decision that is harder for the young': {
    gate: { metric: 'approval_gap_age' },
    path: 'src/credit_scoring/evaluate.py',
    change: replace(
      DECISION,
      'not scorecard.is_declined(p * (2 if loan["age"] < 25 else 1)) for p, loan in zip(probabilities, later)]',
    ),
  },
};

const SKELETON = join(TEMPLATES, 'credit-scoring/skeleton');

/** The packages come from the index, which nobody expects of a test who has not asked for it. */
function describeWithPackages(): jest.Describe {
  if (process.env.MODEL_CI_REQUIRE_ENGINES === 'true') {
    return describe;
  }
  process.stderr.write(
    'Skipped: packages are installed only where MODEL_CI_REQUIRE_ENGINES is true\n',
  );
  return describe.skip;
}

describeWithPackages()('The gates of the template credit-scoring', () => {
  const files: Record<string, string> = {};
  let portal: TestPortal;
  let token: string;
  let workspace: string;
  let number = 0;
  let first: Awaited<ReturnType<typeof build>>;

  beforeAll(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'model-ci-gates-'));
    execFileSync(
      'python3',
      [
        ...['-m', 'pip', 'install', '--quiet', '--root-user-action', 'ignore'],
        '--no-compile',
        ...['--target', join(workspace, 'deps')],
        ...['--requirement', join(SKELETON, 'requirements.lock')],
      ],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    );
    portal = await TestPortal.start({
      db: await databases.init('SQLITE_3'),
      features: [absentUsers],
      executors: [
        Object.assign(new FakeExecutor(), { services: new FakeServiceHost() }),
      ],
      files,
    });
    ({ token } = await portal.client.createToken(REF, {
      name: 'ci',
      // To deploy, for the alias champion moves by the same permission.
      actions: ['report', 'gate', 'artifact', 'deploy'],
    }));
    files['catalog-info.yaml'] = entityFile('mine');
    files['model-pipeline.yaml'] = readFileSync(
      join(SKELETON, 'model-pipeline.yaml.njk'),
      'utf8',
    )
      .replaceAll('${{ values.name }}', 'mine')
      .replace(/\{%- if values\.ci == 'portal' %\}([^]*?)\{%- endif %\}/g, '');
    first = await build();
  });

  afterAll(async () => {
    await portal?.stop();
    await rm(workspace, { recursive: true, force: true });
  });

  /** Trains and evaluates a commit, reports it, and answers what came of it. */
  async function build(spoiled?: Break) {
    number += 1;
    const folder = join(workspace, String(number));
    cpSync(join(TEMPLATES, 'common/skeleton'), folder, { recursive: true });
    cpSync(SKELETON, folder, { recursive: true });
    if (spoiled) {
      const path = join(folder, spoiled.path);
      const text = readFileSync(path, 'utf8');
      expect(spoiled.change(text)).not.toBe(text);
      writeFileSync(path, spoiled.change(text));
    }
    files['data/loans.csv'] = readFileSync(
      join(folder, 'data/loans.csv'),
      'utf8',
    );
    const client = await fetch(`${portal.baseUrl}/client/model_ci.py`);
    writeFileSync(join(folder, 'model_ci.py'), await client.text());
    const run = async (...args: string[]) => {
      const child = spawn('python3', args, {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'inherit'],
        env: {
          PATH: process.env.PATH,
          HOME: folder,
          PYTHONPATH: `${join(workspace, 'deps')}:src`,
          MODEL_CI_URL: portal.baseUrl.replace('/api/model-ci', ''),
          MODEL_CI_PIPELINE: 'default/mine',
          MODEL_CI_TOKEN: token,
          MODEL_CI_PROVIDER: 'make',
          MODEL_CI_BUILD_ID: String(number),
          MODEL_CI_BUILD_URL: `https://ci.example/${number}`,
          MODEL_CI_COMMIT: HEAD,
          MODEL_CI_REF: 'refs/heads/main',
        },
      });
      // The portal answers in this process.
      const [code] = await once(child, 'close');
      return code;
    };
    if (!spoiled || spoiled.path.endsWith('train.py')) {
      expect(await run('-m', 'credit_scoring.train')).toBe(0);
    } else {
      cpSync(join(workspace, '1/model'), join(folder, 'model'), {
        recursive: true,
      });
    }
    const code = await run(
      ...['model_ci.py', 'run', '--stage', 'evaluate'],
      ...['--report', 'metrics=reports/metrics.json'],
      ...['--report', 'predictions=reports/predictions.jsonl', '--'],
      ...['python3', '-m', 'credit_scoring.evaluate'],
    );
    await run('model_ci.py', 'finish');
    const { items } = await portal.client.listRuns({ pipelineRef: REF });
    const { stages, status, promotion } = await portal.client.getRun(
      items[0].id,
    );
    const { gates } = stages.find(({ name }) => name === 'evaluate') ?? {};
    return { code, status, gates, promotion };
  }

  it('let the model of the template pass', () => {
    expect(first).toMatchObject({
      code: 0,
      status: 'succeeded',
      promotion: { type: 'promoted', alias: 'champion', version: 1 },
    });
    // auc, auc and its comparison by quarter, psi by quarter, calibration and two gaps
    expect(first.gates).toHaveLength(1 + 4 + 4 + 4 + 3);
  });

  it.each(Object.entries(BREAKS))('stop %s', async (_, spoiled) => {
    const { code, status, gates = [] } = await build(spoiled);
    expect({ code, status }).toEqual({ code: 1, status: 'failed' });
    const { metric, slice, baseline } = spoiled.gate;
    const seen = gates.filter(
      gate =>
        gate.metric === metric &&
        (!slice || gate.slice === slice) &&
        gate.baseline?.name === baseline &&
        gate.verdict === 'fail',
    );
    expect(seen).not.toEqual([]);
  });
});
