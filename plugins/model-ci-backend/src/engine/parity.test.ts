import { createTestDatabases } from '../database/testDatabase';
import { EvaluationService } from '../evaluations/EvaluationService';
import { ParityService } from '../evaluations/ParityService';
import { createEngines } from './testing/createEngines';
import { FakeExecutor, fakeNode } from './testing/FakeExecutor';
import { pipeline, untilEnded } from './testing/trainStages';

const databases = createTestDatabases();

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
