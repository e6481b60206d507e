import { archiveEntries } from '@model-ci/backstage-plugin-model-ci-node';
import { createTestDatabases } from '../database/testDatabase';
import { EvaluationService } from '../evaluations/EvaluationService';
import { ParityService } from '../evaluations/ParityService';
import { VersionService } from '../versions/VersionService';
import {
  createEngines,
  driveUntil,
  type EngineFixture,
} from './testing/createEngines';
import { FakeExecutor, fakeNode, type FakeTask } from './testing/FakeExecutor';

const databases = createTestDatabases();

/** Writes the model and its error; a point with a rate of 9 fails. */
function train(task: FakeTask): void {
  const { PARAM_RATE: rate = '0', PARAM_DEPTH: depth = '0' } = task.spec.env;
  task.write(`rate ${rate}, depth ${depth}\n`);
  task.files['model/weights'] = `${rate}/${depth}`;
  task.files['metrics.json'] = JSON.stringify({
    rmse: Number(rate) + Number(depth),
  });
  task.exit(rate === '9' ? 3 : 0);
}

const MATRIX = 'matrix: { rate: [1, 2], depth: [4, 8] }';
const TRAIN = [
  'run: train',
  'artifacts: { model: model }',
  'reports: { metrics: metrics.json }',
];

function pipeline(stages: Record<string, string[]>): Record<string, string> {
  return {
    'model-pipeline.yaml': [
      'version: 1',
      'stages:',
      ...Object.entries(stages).flatMap(([name, keys]) => [
        `  ${name}:`,
        ...keys.map(key => `    ${key}`),
      ]),
      '',
    ].join('\n'),
  };
}

async function untilEnded(
  fixture: Pick<EngineFixture, 'engine' | 'runs'>,
  id: string,
) {
  await driveUntil(fixture.engine, async () => {
    const { status } = await fixture.runs.get(id);
    return !['queued', 'running'].includes(status);
  });
  await fixture.engine.settled();
  return await fixture.runs.get(id);
}

describe.each(databases.ids)('A stage with instances on %s', databaseId => {
  async function setUp(
    stages: Record<string, string[]>,
    script: (task: FakeTask) => void = train,
  ) {
    const db = await databases.init(databaseId);
    const executor = new FakeExecutor({ script });
    const fixture = createEngines(db, {
      files: pipeline(stages),
      executors: [executor],
    });
    const id = await fixture.start();
    return { db, executor, id, ...fixture };
  }

  it('is executed once for each point of its matrix, and gives all artifacts on', async () => {
    const { db, executor, ...fixture } = await setUp({
      train: [...TRAIN, MATRIX],
      use: ['run: use', 'needs: [train]'],
    });
    const run = await untilEnded(fixture, fixture.id);
    expect(run).toMatchObject({ status: 'succeeded' });
    const [stage, use] = run.stages;
    expect(stage).toMatchObject({ status: 'succeeded', attempts: [] });
    expect(stage.instances?.map(({ key }) => key)).toEqual([
      'rate=1,depth=4',
      'rate=1,depth=8',
      'rate=2,depth=4',
      'rate=2,depth=8',
    ]);
    expect(stage.instances?.[1]).toMatchObject({
      parameters: { rate: 1, depth: 8 },
      status: 'succeeded',
      attempts: [{ number: 1, status: 'succeeded' }],
    });
    expect(use.status).toBe('succeeded');

    // Those that were queued together are claimed in the order of the matrix.
    const queued = await db('attempts')
      .join('stages', 'stages.id', 'attempts.stage_id')
      .whereNot({ instance: '' })
      .orderBy(['attempts.created_at', 'attempts.id'])
      .pluck('stages.instance');
    expect(queued).toEqual(stage.instances?.map(({ key }) => key));

    const task = executor
      .tasksOf('train')
      .find(({ spec }) => spec.env.PARAM_RATE + spec.env.PARAM_DEPTH === '14');
    expect(task?.spec.env).toMatchObject({
      MODEL_CI_STAGE: 'train',
      MODEL_CI_INSTANCE: 'rate=1,depth=4',
      MODEL_CI_PARAMS: '{"rate":1,"depth":4}',
      PARAM_RATE: '1',
      PARAM_DEPTH: '4',
    });
    const [user] = executor.tasksOf('use');
    expect(user.spec.env).toMatchObject({ MODEL_CI_PARAMS: '{}' });
    const names: string[] = [];
    for (const part of user.spec.workspace.slice(1)) {
      for await (const { header } of archiveEntries(await part.open())) {
        names.push(header.name);
      }
    }
    expect(names).toContain('model/rate=1,depth=8/weights');
    expect(names.filter(name => name.endsWith('weights'))).toHaveLength(4);

    const evaluations = new EvaluationService({ db });
    const results = await evaluations.stageResults(fixture.id);
    expect(results.get('train[rate=2,depth=8]')).toMatchObject({
      metrics: [{ metric: 'rmse', value: 10 }],
      artifacts: [{ path: 'model/rate=2,depth=8' }],
    });
  });

  it('shows the log of each instance under its key', async () => {
    const { runs, engine, id } = await setUp({ train: [...TRAIN, MATRIX] });
    await untilEnded({ runs, engine }, id);
    const log = await runs.readLog(id, 'train[rate=2,depth=4]', {});
    expect(log.data.toString()).toBe('rate 2, depth 4\n');
    const { history } = await runs.get(id);
    expect(history.map(({ stage }) => stage)).toContain(
      'train[rate=2,depth=4]',
    );
  });

  it('fails with its instances, and is retried as one of them or as a whole', async () => {
    let isMended = false;
    const { runs, engine, executor, id } = await setUp(
      {
        train: [...TRAIN, 'matrix: { rate: [1, 9] }'],
        use: ['run: use', 'needs: [train]'],
      },
      task => (isMended ? task.exit(0) : train(task)),
    );
    const failed = await untilEnded({ runs, engine }, id);
    expect(failed).toMatchObject({
      status: 'failed',
      stages: [
        {
          status: 'failed',
          reason: { text: expect.stringMatching(/^Instance rate=9 failed: /) },
          instances: [{ status: 'succeeded' }, { status: 'failed' }],
        },
        { status: 'skipped' },
      ],
    });
    await expect(
      runs.retry(id, { from: 'train[rate=7]', by: 'user:default/a' }),
    ).rejects.toThrow("'train[rate=9]'");

    isMended = true;
    executor.tasks.forEach(task => {
      task.files['model/weights'] = 'mended';
    });
    await runs.retry(id, { from: 'train[rate=9]', by: 'user:default/a' });
    await driveUntil(engine, () => executor.tasksOf('train').length === 3);
    const again = await untilEnded({ runs, engine }, id);
    // It writes neither artifact nor report now, and only it was made again.
    expect(again.stages[0]).toMatchObject({
      status: 'failed',
      instances: [
        { attempts: [{ number: 1 }] },
        { attempts: [{ number: 1 }, { number: 2 }] },
      ],
    });
    await runs.retry(id, { from: 'train', by: 'user:default/a' });
    await untilEnded({ runs, engine }, id);
    expect(executor.tasksOf('train')).toHaveLength(5);
  });

  it('lets the run go on where its failure is allowed', async () => {
    const { runs, engine, id } = await setUp({
      train: [...TRAIN, 'matrix: { rate: [1, 9] }', 'allowFailure: true'],
      use: ['run: use', 'needs: [train]'],
    });
    const run = await untilEnded({ runs, engine }, id);
    expect(run.status).toBe('succeeded');
    expect(run.stages.map(({ status }) => status)).toEqual([
      'failed',
      'succeeded',
    ]);
  });

  it('is cancelled with those of its instances that have not ended', async () => {
    const { runs, engine, executor, id } = await setUp(
      { train: [...TRAIN, MATRIX] },
      task => (task.spec.env.PARAM_RATE === '1' ? train(task) : undefined),
    );
    await driveUntil(engine, async () => {
      const { instances = [] } = (await runs.get(id)).stages[0] ?? {};
      const ended = instances.filter(({ finishedAt }) => finishedAt);
      return executor.tasksOf('train').length === 4 && ended.length === 2;
    });
    await runs.cancel(id, 'user:default/a');
    const run = await untilEnded({ runs, engine }, id);
    expect(run).toMatchObject({ status: 'cancelled' });
    expect(run.stages[0]).toMatchObject({ status: 'cancelled' });
    expect(new Set(run.stages[0].instances?.map(i => i.status))).toEqual(
      new Set(['succeeded', 'cancelled']),
    );
  });

  it('is skipped with its instances', async () => {
    const { runs, engine, db, id } = await setUp(
      { build: ['run: b'], train: [...TRAIN, MATRIX, 'needs: [build]'] },
      task => task.exit(1),
    );
    const run = await untilEnded({ runs, engine }, id);
    expect(run.stages[1]).toMatchObject({ status: 'skipped' });
    expect(
      await db('stages').where({ name: 'train' }).distinct('status'),
    ).toEqual([{ status: 'skipped' }]);
    expect(run.stages[1].instances).toHaveLength(4);
  });

  it('waits for a person once, where it is held', async () => {
    const { runs, engine, id } = await setUp({
      train: [...TRAIN, MATRIX, 'hold: true'],
    });
    const run = await untilEnded({ runs, engine }, id);
    expect(run.status).toBe('waiting');
    expect(run.stages[0]).toMatchObject({
      status: 'waiting',
      approvals: [
        {
          question: { code: 'stage.hold' },
          evidence: expect.stringMatching(/^sha256:/),
        },
      ],
    });
    const decide = (evidence?: string) =>
      runs.decide(id, 'train', {
        decision: 'continue',
        by: 'user:default/a',
        reason: 'fine',
        evidence,
      });
    await expect(decide()).rejects.toMatchObject({ name: 'InputError' });
    await expect(decide('sha256:other')).rejects.toMatchObject({
      name: 'ConflictError',
    });
    await decide(run.stages[0].approvals[0].evidence);
    expect((await untilEnded({ runs, engine }, id)).status).toBe('succeeded');
  });

  it('is concluded by another backend where the first one died', async () => {
    const { db, runs, engine, id } = await setUp({ train: [...TRAIN, MATRIX] });
    await untilEnded({ runs, engine }, id);
    // As it was before the conclusion.
    await db('stages')
      .where({ name: 'train' })
      .whereNull('instance')
      .update({ status: 'running', finished_at: null });
    await db('runs').update({ status: 'running', finished_at: null });
    expect(await engine.concludeOnce()).toBe(1);
    expect((await runs.get(id)).status).toBe('succeeded');
    expect(await engine.concludeOnce()).toBe(0);
  });

  it('appears once in lists, with each instance that waits in the queue', async () => {
    const { runs, engine, id, executor } = await setUp({
      train: [...TRAIN, MATRIX],
    });
    executor.nodes = [];
    await engine.refreshNodesOnce();
    await engine.prepareOnce();
    await engine.settled();
    const { items } = await runs.list({ limit: 5 });
    expect(items[0].stages).toEqual([{ name: 'train', status: 'queued' }]);
    const queue = await runs.queue({ limit: 10 });
    expect(queue.items.map(({ stage }) => stage).sort()).toEqual([
      'train[rate=1,depth=4]',
      'train[rate=1,depth=8]',
      'train[rate=2,depth=4]',
      'train[rate=2,depth=8]',
    ]);
    const [{ instances }] = (await runs.get(id)).stages;
    expect(instances?.[0].waitingFor).toBeDefined();
  });
});

describe.each(databases.ids)('A stage that selects on %s', databaseId => {
  const SELECT = 'select: { metric: rmse, goal: minimize }';

  async function setUp(
    stages: Record<string, string[]>,
    script: (task: FakeTask) => void = train,
  ) {
    const db = await databases.init(databaseId);
    const executor = new FakeExecutor({ script });
    const fixture = createEngines(db, {
      files: pipeline(stages),
      executors: [executor],
    });
    const id = await fixture.start();
    return { db, executor, id, ...fixture };
  }

  it("gives only the best instance on, whose parameters and metrics are the version's", async () => {
    const { db, executor, runs, engine, id } = await setUp({
      train: [...TRAIN, 'matrix: { rate: [9, 2, 1], depth: [8, 4] }', SELECT],
      use: ['run: use', 'needs: [train]'],
    });
    const run = await untilEnded({ runs, engine }, id);
    expect(run).toMatchObject({ status: 'succeeded', version: 1 });
    const [{ instances = [], conclusion }] = run.stages;
    expect(conclusion?.selection).toEqual({
      metric: 'rmse',
      goal: 'minimize',
      key: 'rate=1,depth=4',
      parameters: { rate: 1, depth: 4 },
      value: 5,
      considered: 4,
    });
    expect(instances.filter(({ selected }) => selected)).toMatchObject([
      { key: 'rate=1,depth=4' },
    ]);
    // Two failed, and were allowed to.
    expect(instances.map(({ status }) => status)).toEqual([
      ...['failed', 'failed', 'succeeded'],
      ...['succeeded', 'succeeded', 'succeeded'],
    ]);
    const [user] = executor.tasksOf('use');
    const parts = user.spec.workspace.slice(1);
    expect(parts).toHaveLength(1);
    const names: string[] = [];
    for await (const { header } of archiveEntries(await parts[0].open())) {
      names.push(header.name);
    }
    expect(names).toContain('model/weights');

    const versions = new VersionService({ db });
    const version = await versions.get(run.pipelineRef, 1);
    expect(version).toMatchObject({
      parameters: { train: { rate: 1, depth: 4 } },
      metrics: [{ metric: 'rmse', value: 5 }],
      artifacts: [{ name: 'model', path: 'model' }],
    });
    const evaluations = new EvaluationService({ db });
    expect(await evaluations.metricHistories(run.pipelineRef)).toMatchObject([
      { metric: 'rmse', points: [{ value: 5, version: 1 }] },
    ]);
    expect(await evaluations.compare(run.pipelineRef, [1])).toMatchObject({
      versions: [{ parameters: { 'train.rate': '1', 'train.depth': '4' } }],
    });
  });

  it('fails where there is none to select, and selects anew after a retry', async () => {
    const measured = { metrics: { mae: 1 } as Record<string, number> };
    const { db, runs, engine, id } = await setUp(
      { train: [...TRAIN, 'matrix: { rate: [1, 2] }', SELECT] },
      task => {
        task.files['model/weights'] = 'x';
        task.files['metrics.json'] = JSON.stringify(measured.metrics);
        task.exit(0);
      },
    );
    const failed = await untilEnded({ runs, engine }, id);
    expect(failed.stages[0]).toMatchObject({
      status: 'failed',
      reason: { code: 'stage.notMeasured' },
      instances: [{ status: 'succeeded' }, { status: 'succeeded' }],
    });
    measured.metrics = { rmse: 7 };
    await runs.retry(id, { by: 'user:default/a' });
    const run = await untilEnded({ runs, engine }, id);
    expect(run.stages[0].conclusion?.selection).toMatchObject({
      key: 'rate=1',
      value: 7,
    });
    expect(
      await db('evaluations').where({ instance: '' }).select('metric', 'value'),
    ).toEqual([{ metric: 'rmse', value: 7 }]);
  });
});

describe.each(databases.ids)('Parity on %s', databaseId => {
  const PREDICT = [
    'run: predict',
    'reports: { predictions: predictions.jsonl }',
    'on: { a: { env: { PLACE: a } }, b: { nodeSelector: { site: b }, env: { PLACE: b } } }',
    'repeat: 2',
    'parity: { reference: a }',
    'gates: [{ metric: parity.d, max: 1e-6 }]',
  ];
  const OUTPUTS = [1.25, 2.5, -3.125];

  /** What b does to an output. */
  async function setUp(change: (output: number, at: number) => unknown) {
    const db = await databases.init(databaseId);
    const executor = new FakeExecutor({
      nodes: [fakeNode('local'), fakeNode('other', { labels: { site: 'b' } })],
      script: task => {
        const isB = task.spec.env.MODEL_CI_ENVIRONMENT === 'b';
        task.files['predictions.jsonl'] = OUTPUTS.map((output, at) =>
          JSON.stringify({
            id: `e${at}`,
            prediction: isB ? change(output, at) : output,
          }),
        ).join('\n');
        task.exit(0);
      },
    });
    const fixture = createEngines(db, {
      files: pipeline({ predict: PREDICT }),
      executors: [executor],
    });
    const id = await fixture.start();
    const run = await untilEnded(fixture, id);
    return { db, executor, run, ...fixture };
  }

  it('is 0 for the same model in two environments, beside a noise floor of 0', async () => {
    const { run, executor, db } = await setUp(output => output);
    expect(run.status).toBe('succeeded');
    const [{ instances = [], conclusion, gates }] = run.stages;
    expect(instances.map(({ key }) => key)).toEqual([
      'on=a,repeat=1',
      'on=a,repeat=2',
      'on=b,repeat=1',
      'on=b,repeat=2',
    ]);
    const same = { compared: 3, unmatched: 0, d: 0, mean: 0, max: 0, p99: 0 };
    expect(conclusion?.parity).toEqual({
      reference: 'a',
      environments: [
        { name: 'a', floor: { ...same, changed: 0 } },
        { name: 'b', floor: { ...same, changed: 0 } },
      ],
      pairs: [{ a: 'a', b: 'b', figures: { ...same, changed: 0 } }],
      differing: [],
    });
    expect(gates).toEqual([]);
    const task = executor
      .tasksOf('predict')
      .find(({ spec }) => spec.env.MODEL_CI_INSTANCE === 'on=b,repeat=2');
    expect(task?.spec).toMatchObject({
      node: 'other',
      env: { PLACE: 'b', MODEL_CI_ENVIRONMENT: 'b', MODEL_CI_REPEAT: '2' },
    });
    const evaluations = new EvaluationService({ db });
    const results = await evaluations.stageResults(run.id);
    expect(results.get('predict')?.gates).toMatchObject([
      { metric: 'parity.d', verdict: 'pass', value: 0 },
    ]);
  });

  it('is more once one of them rounds, which fails the gate and names the examples', async () => {
    const { run, db } = await setUp(output => Math.round(output));
    expect(run.stages[0]).toMatchObject({
      status: 'failed',
      reason: {
        text: expect.stringMatching(/^b against a: parity\.d 0\.\d+ is above/),
      },
    });
    const { parity } = run.stages[0].conclusion ?? {};
    // 0.25², 0.5² and 0.125².
    expect(parity?.pairs).toMatchObject([
      { figures: { d: 0.328125, max: 0.5, changed: 1 } },
    ]);
    expect(parity?.differing[0]).toEqual({
      environment: 'b',
      id: 'e1',
      reference: 2.5,
      prediction: 3,
      difference: 0.5,
    });
    const found = await new ParityService({ db }).find(run.pipelineRef, {});
    expect(found).toMatchObject({
      stages: ['predict'],
      latest: { stage: 'predict', runNumber: 1, result: { reference: 'a' } },
    });
    expect(
      found.history.find(({ metric }) => metric === 'parity.d'),
    ).toMatchObject({ environment: 'b', points: [{ value: 0.328125 }] });
  });

  it('is refused between numbers and labels', async () => {
    const { run } = await setUp((_, at) => `label ${at}`);
    expect(run.stages[0].reason?.code).toBe('parity.otherKinds');
  });

  it('is refused where the environments predicted other examples', async () => {
    const db = await databases.init(databaseId);
    const executor = new FakeExecutor({
      nodes: [fakeNode('local', { labels: { site: 'b' } })],
      script: task => {
        const id = task.spec.env.PLACE === 'b' ? 'other' : 'same';
        task.files['predictions.jsonl'] = JSON.stringify({ id, prediction: 1 });
        task.exit(0);
      },
    });
    const fixture = createEngines(db, {
      files: pipeline({ predict: PREDICT }),
      executors: [executor],
    });
    const run = await untilEnded(fixture, await fixture.start());
    expect(run.stages[0]).toMatchObject({
      status: 'failed',
      reason: { code: 'parity.otherExamples' },
    });
    expect(run.stages[0].reason?.text).toContain('1 missing, 1 more');
  });
});
