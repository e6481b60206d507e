import type { Knex } from 'knex';
import { createAnalyses } from '../analysis/createAnalyses';
import { listGateResults } from '../database/operations/evaluations/listGateResults';
import { listAliasChanges } from '../database/operations/versions/listAliasChanges';
import { createTestDatabases } from '../database/testDatabase';
import {
  TEST_PIPELINE,
  createEngines,
  driveUntil,
  pipelineOf,
} from './testing/createEngines';
import { FakeExecutor } from './testing/FakeExecutor';

const databases = createTestDatabases();
const AUTHOR = 'user:default/guest';
const JUDGE = 'user:default/judge';
const EXAMPLES = 250;
/** Which of the examples a model gets right. */
type Model = (example: number) => boolean;
const usual: Model = i => i % 5 < 3;
const worse: Model = i => i % 5 < 2;
const better: Model = i => i % 5 < 4;
/** As good, but right about others: four of a hundred each way. */
const equal: Model = i => usual(i) !== [0, 1, 3, 4].includes(i % 50);

const DEFINITION = pipelineOf(
  [
    'test:',
    '    run: t',
    '    inconclusive: ask',
    '    decisionTimeout: 1h',
    '    artifacts: { model: model.txt }',
    '    reports: { predictions: p.jsonl }',
    '    gates: [{ metric: accuracy, baseline: champion, margin: 0.02 }]',
  ].join('\n'),
);
DEFINITION['model-pipeline.yaml'] += 'promote: { alias: champion }\n';

function predictionsOf(model: Model): string {
  return Array.from({ length: EXAMPLES }, (_, i) =>
    JSON.stringify({ id: `e${i}`, prediction: model(i) ? 1 : 0, target: 1 }),
  ).join('\n');
}

async function setUp(db: Knex) {
  for (const table of ['alias_changes', 'aliases', 'model_versions', 'runs']) {
    await db(table).delete();
  }
  const models: Model[] = [];
  const clock = { now: Date.parse('2026-01-01T00:00:00.000Z') };
  const executor = new FakeExecutor({
    script: task => {
      const model = models.shift() ?? usual;
      task.files['p.jsonl'] = predictionsOf(model);
      task.files['model.txt'] = `${model}`;
      task.exit(0);
    },
  });
  /** How many judgements die before they answer. */
  const dying = { judgements: 0 };
  const fixture = createEngines(db, {
    files: { ...DEFINITION },
    executors: [executor],
    now: () => clock.now,
    excludeAuthor: true,
    analyses: {
      async judge(evidence) {
        dying.judgements -= 1;
        if (dying.judgements >= 0) {
          throw new Error('The thread ended');
        }
        return await createAnalyses(fixture.store).judge(evidence);
      },
    },
  });
  const { engine, runs } = fixture;
  /** Runs a model until it ends or waits. */
  const run = async (model: Model) => {
    models.push(model);
    const id = await fixture.start();
    await driveUntil(engine, async () =>
      ['succeeded', 'failed', 'waiting'].includes((await runs.get(id)).status),
    );
    await engine.settled();
    const [gate] = await listGateResults(db, { runIds: [id] });
    return { ...(await runs.get(id)), gate };
  };
  const champion = async () =>
    (
      await listAliasChanges(db, { pipelineRef: TEST_PIPELINE, limit: 10 })
    ).aliases.find(({ alias }) => alias === 'champion')?.version;
  return { ...fixture, run, champion, clock, models, dying };
}

describe.each(databases.ids)('A gate with a baseline on %s', databaseId => {
  it('passes the first version, visibly, and makes it champion', async () => {
    const { run, champion, db } = await withDatabase();
    const first = await run(usual);
    expect(first).toMatchObject({
      status: 'succeeded',
      version: 1,
      gate: {
        verdict: 'pass',
        baseline: { name: 'champion' },
        reason: { code: 'gate.firstVersion' },
      },
    });
    expect(first.gate.baseline?.version).toBeUndefined();
    expect(await champion()).toBe(1);
    const { changes } = await listAliasChanges(db, {
      pipelineRef: TEST_PIPELINE,
      limit: 10,
    });
    expect(changes).toMatchObject([
      { alias: 'champion', to: 1, by: AUTHOR, runId: first.id },
    ]);
  });

  it('stops a worse version with its interval, and leaves the champion', async () => {
    const { run, champion } = await withDatabase();
    await run(usual);
    const { status, gate, stages } = await run(worse);
    expect({ status, gate }).toMatchObject({
      status: 'failed',
      gate: {
        verdict: 'fail',
        estimate: -0.2,
        value: 0.4,
        method: 'tango',
        examples: EXAMPLES,
        flips: { gained: 0, lost: 50 },
        baseline: { name: 'champion', version: 1, value: 0.6 },
        reason: { code: 'gate.worse' },
      },
    });
    expect(gate.interval?.upper).toBeLessThan(-0.02);
    expect(stages[0].reason?.text).toMatch(/accuracy is worse than champion/);
    expect(await champion()).toBe(1);
  });

  it('passes a better version, which becomes champion', async () => {
    const { run, champion } = await withDatabase();
    await run(usual);
    const { gate, version } = await run(better);
    expect(gate).toMatchObject({ verdict: 'pass', estimate: 0.2 });
    expect(gate.interval?.lower).toBeGreaterThan(-0.02);
    expect(version).toBe(2);
    expect(await champion()).toBe(2);
  });

  it('has an equal version wait for somebody who is not its author', async () => {
    const { run, runs, champion } = await withDatabase();
    await run(usual);
    const waiting = await run(equal);
    expect(waiting).toMatchObject({
      status: 'waiting',
      gate: { verdict: 'inconclusive', estimate: 0 },
    });
    expect(waiting.gate.needed).toBeGreaterThan(EXAMPLES);
    const [{ approvals }] = waiting.stages;
    expect(approvals).toMatchObject([
      { question: { code: 'stage.inconclusive' } },
    ]);
    const { evidence } = approvals[0];
    const decide = (by: string, seen?: string) =>
      runs.decide(waiting.id, 'test', {
        decision: 'continue',
        by,
        reason: 'as good, and smaller',
        evidence: seen,
      });
    await expect(decide(AUTHOR, evidence)).rejects.toMatchObject({
      name: 'NotAllowedError',
    });
    await expect(decide(JUDGE)).rejects.toMatchObject({ name: 'InputError' });
    await expect(decide(JUDGE, 'sha256:other')).rejects.toMatchObject({
      name: 'ConflictError',
    });
    const decided = await decide(JUDGE, evidence);
    expect(decided).toMatchObject({
      status: 'succeeded',
      version: 2,
      stages: [
        {
          approvals: [{ decision: 'continue', by: JUDGE, evidence }],
        },
      ],
    });
    expect(await champion()).toBe(2);
  });

  it('stops a version on which nobody has decided in time, also after a restart', async () => {
    const { run, runs, clock, engine, createEngine } = await withDatabase();
    await run(usual);
    const { id } = await run(equal);
    await engine.stop();
    const next = createEngine();
    expect(await next.expireOnce()).toBe(0);
    clock.now += 60 * 60 * 1000;
    expect(await next.expireOnce()).toBe(1);
    expect(await next.expireOnce()).toBe(0);
    expect(await runs.get(id)).toMatchObject({
      status: 'failed',
      stages: [
        {
          status: 'failed',
          reason: { code: 'stage.decisionTimedOut' },
          approvals: [{ decision: 'stop' }],
        },
      ],
    });
  });

  it('keeps what it demanded when the run started, and shows it before', async () => {
    const { run, runs, start, engine, models, source } = await withDatabase();
    await run(usual);
    source.files['model-pipeline.yaml'] = source.files[
      'model-pipeline.yaml'
    ].replace('margin: 0.02', 'margin: 0.5');
    models.push(worse);
    const id = await start();
    await engine.refreshNodesOnce();
    await driveUntil(
      engine,
      async () => (await runs.get(id)).stages.length > 0,
    );
    const [{ gatePlan }] = (await runs.get(id)).stages;
    expect(gatePlan).toMatchObject({
      inconclusive: 'ask',
      gates: [
        {
          metric: 'accuracy',
          demand: { baseline: 'champion', margin: 0.5 },
          baseline: { name: 'champion', version: 1 },
          examples: EXAMPLES,
          loosened: { from: { margin: 0.02 }, since: 1 },
        },
      ],
      removed: [],
    });
    await driveUntil(
      engine,
      async () => (await runs.get(id)).finishedAt !== undefined,
    );
    await engine.settled();
  });

  it('is judged again where the judging died, and neither passes nor fails by that', async () => {
    const { run, dying, champion } = await withDatabase();
    await run(usual);
    dying.judgements = 2;
    const { status, gate, stages } = await run(worse);
    expect(dying.judgements).toBe(-1);
    expect({ status, gate }).toMatchObject({
      status: 'failed',
      gate: { verdict: 'fail', reason: { code: 'gate.worse' } },
    });
    expect(stages[0].attempts).toHaveLength(1);
    expect(await champion()).toBe(1);
  });

  async function withDatabase() {
    const db = await databases.init(databaseId);
    return { db, ...(await setUp(db)) };
  }
});
