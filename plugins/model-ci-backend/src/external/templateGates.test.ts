import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run } from '@model-ci/backstage-plugin-model-ci-common';
import { parse, stringify } from 'yaml';
import { createTestDatabases } from '../database/testDatabase';
import { FakeServiceHost } from '../deployments/testing/FakeServiceHost';
import { createEngines } from '../engine/testing/createEngines';
import { FakeExecutor, type FakeTask } from '../engine/testing/FakeExecutor';
import { untilEnded } from '../engine/testing/trainStages';
import { absentUsers } from '../http/testing/absentUsers';
import { entityFile, HEAD } from '../http/testing/createUrlReader';
import { TestPortal } from '../http/testing/TestPortal';
import { creditScoring } from './testing/gates/creditScoring';
import { diagnosisClassifier } from './testing/gates/diagnosisClassifier';
import { qualityInspection } from './testing/gates/qualityInspection';
import type { Break, GatedTemplate } from './testing/gates/types';

const databases = createTestDatabases();
// After the databases, which set one of their own.
jest.setTimeout(300_000);

const REF = 'modelpipeline:default/mine';
const TEMPLATES = join(__dirname, '../../../../templates');

const GATED: Record<string, GatedTemplate> = {
  'credit-scoring': creditScoring,
  'diagnosis-classifier': diagnosisClassifier,
  'quality-inspection': qualityInspection,
};

/** Whose gates are judged elsewhere, or that have none. */
const WITHOUT_GATES = ['build', 'test', 'data', 'document'];

/** The stages that another CI runs, from training on, with what it gives model_ci.py. */
function readStages(template: string) {
  const text = readFileSync(join(TEMPLATES, `${template}.yaml`), 'utf8');
  return [...text.matchAll(/- name: (\w+)\n +command: (.*)/g)]
    .map(([, name, command]) => ({ name, command: command.split(' ') }))
    .filter(({ name }) => !WITHOUT_GATES.includes(name));
}

/** Position of the first stage that a change of a file changes: that of the module, or the first after training. */
function firstChanged(
  stages: ReturnType<typeof readStages>,
  path: string | undefined,
) {
  const changed = path?.match(/(\w+)\.py$/)?.[1];
  const own = stages.findIndex(({ command }) =>
    command.some(word => word.endsWith(`.${changed}`)),
  );
  if (own >= 0) {
    return own;
  }
  return changed ? 0 : stages.findIndex(({ name }) => name === 'train') + 1;
}

/** The pipeline of a project that this portal runs, or another CI. */
function readDefinition(skeleton: string, { isPortal }: { isPortal: boolean }) {
  return readFileSync(join(skeleton, 'model-pipeline.yaml.njk'), 'utf8')
    .replaceAll('${{ values.name }}', 'mine')
    .replace(
      /\{%- if values\.ci == 'portal' %\}([^]*?)\{%- endif %\}/g,
      isPortal ? '$1' : '',
    );
}

/** What a commit was meant to be stopped by, and was. */
function findStops(
  { gate: expected }: Break,
  gates: NonNullable<Run['stages'][number]['gates']>,
  failed: string[],
) {
  if ('stage' in expected) {
    return failed.filter(name => name === expected.stage);
  }
  const { metric, slice, baseline } = expected;
  return gates.filter(
    gate =>
      gate.metric === metric &&
      (!slice || gate.slice === slice) &&
      gate.baseline?.name === baseline &&
      gate.verdict === 'fail',
  );
}

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

describeWithPackages().each(Object.entries(GATED))(
  'The gates of the template %s',
  (template, { data, verdicts, breaks, onMachines }) => {
    const skeleton = join(TEMPLATES, template, 'skeleton');
    const stages = readStages(template);
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
          ...[
            '-m',
            'pip',
            'install',
            '--quiet',
            '--root-user-action',
            'ignore',
          ],
          '--no-compile',
          ...['--target', join(workspace, 'deps')],
          ...['--requirement', join(skeleton, 'requirements.lock')],
        ],
        { stdio: ['ignore', 'inherit', 'inherit'] },
      );
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
        // To deploy, for the alias champion moves by the same permission.
        actions: ['report', 'gate', 'artifact', 'deploy'],
      }));
      files['catalog-info.yaml'] = entityFile('mine');
      files['model-pipeline.yaml'] = readDefinition(skeleton, {
        isPortal: false,
      });
      first = await build();
      // Downloads take minutes where the index is far away.
    }, 300_000);

    afterAll(async () => {
      await portal?.stop();
      await rm(workspace, { recursive: true, force: true });
    });

    /** The folder of a commit, which spoils one thing, if any. */
    function checkOut(spoiled?: Omit<Break, 'gate'>): string {
      number += 1;
      const folder = join(workspace, String(number));
      cpSync(join(TEMPLATES, 'common/skeleton'), folder, { recursive: true });
      cpSync(skeleton, folder, { recursive: true });
      if (spoiled) {
        const path = join(folder, spoiled.path);
        const text = readFileSync(path, 'utf8');
        expect(spoiled.change(text)).not.toBe(text);
        writeFileSync(path, spoiled.change(text));
      }
      return folder;
    }

    /** Executes a stage of a commit on each of its machines with the first model, and has the portal judge it. */
    async function runOnMachines(stage: string, spoiled: Omit<Break, 'gate'>) {
      const folder = checkOut(spoiled);
      cpSync(join(workspace, '1', 'model'), join(folder, 'model'), {
        recursive: true,
      });
      const script = async (task: FakeTask) => {
        const cwd = `${folder}-${task.spec.env.MODEL_CI_ENVIRONMENT}`;
        cpSync(folder, cwd, { recursive: true });
        const child = spawn('sh', ['-c', task.spec.script], {
          cwd,
          stdio: ['ignore', 'ignore', 'inherit'],
          env: {
            ...{ PATH: process.env.PATH, HOME: cwd, ...task.spec.env },
            PYTHONPATH: `${join(workspace, 'deps')}:src`,
            MODEL_CI_DATASET_PARTS: data[0],
          },
        });
        const [code] = await once(child, 'close');
        for (const path of task.spec.results ?? []) {
          task.files[path] = readFileSync(join(cwd, path), 'utf8');
        }
        task.exit(code);
      };
      const { version, datasets, defaults, ...whole } = parse(
        readDefinition(skeleton, { isPortal: true }),
      );
      const { needs, ...alone } = whole.stages[stage];
      const fixture = createEngines(await databases.init('SQLITE_3'), {
        executors: [new FakeExecutor({ script })],
        files: {
          'model-pipeline.yaml': stringify({
            ...{ version, datasets, defaults },
            stages: { [stage]: alone },
          }),
          [data[0]]: readFileSync(join(folder, data[0]), 'utf8'),
        },
      });
      const id = await fixture.start();
      return await untilEnded(fixture, id, { seconds: 200 });
    }

    /** Trains and evaluates a commit, reports it, and answers what came of it. */
    async function build(spoiled?: Break) {
      const folder = checkOut(spoiled);
      writeFileSync(
        join(folder, 'model-pipeline.yaml'),
        files['model-pipeline.yaml'],
      );
      for (const path of data) {
        files[path] = readFileSync(join(folder, path), 'utf8');
      }
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
      // What comes before the first stage that the commit changes is that of the first build.
      const from = firstChanged(stages, spoiled?.path);
      if (spoiled && from > 0) {
        for (const output of ['trained', 'model']) {
          const made = join(workspace, '1', output);
          if (existsSync(made)) {
            cpSync(made, join(folder, output), { recursive: true });
          }
        }
      }
      let code = 0;
      for (const { name, command } of stages.slice(spoiled ? from : 0)) {
        code = await run('model_ci.py', 'run', '--stage', name, ...command);
        if (code !== 0) {
          break;
        }
      }
      await run('model_ci.py', 'finish');
      const { items } = await portal.client.listRuns({ pipelineRef: REF });
      const { status, promotion, ...of } = await portal.client.getRun(
        items[0].id,
      );
      const gates = of.stages.flatMap(stage => stage.gates ?? []);
      const failed = of.stages
        .filter(stage => stage.status === 'failed')
        .map(({ name }) => name);
      return { code, status, gates, failed, promotion };
    }

    it('let the model of the template pass', () => {
      expect(first).toMatchObject({
        code: 0,
        status: 'succeeded',
        promotion: { type: 'promoted', alias: 'champion', version: 1 },
      });
      expect(first.gates).toHaveLength(verdicts);
    });

    it.each(Object.entries(breaks))('stop %s', async (_, spoiled) => {
      const { code, status, gates, failed } = await build(spoiled);
      expect({ code, status }).toEqual({ code: 1, status: 'failed' });
      expect(findStops(spoiled, gates, failed)).not.toEqual([]);
    });

    const machines = Object.entries(onMachines?.breaks ?? {});
    if (onMachines) {
      const { stage, sound } = onMachines;
      it('let machines pass that answer alike and in time', async () => {
        const run = await runOnMachines(stage, sound);
        expect(run.reason?.text).toBeUndefined();
        expect(run.status).toBe('succeeded');
      });

      it.each(machines)('stop %s', async (_, spoiled) => {
        const run = await runOnMachines(stage, spoiled);
        expect(run.status).toBe('failed');
        expect(run.reason?.text).toContain(
          'metric' in spoiled.gate ? spoiled.gate.metric : stage,
        );
      });
    }
  },
);
