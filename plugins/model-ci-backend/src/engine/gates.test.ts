import { mockServices } from '@backstage/backend-test-utils';
import { NotFoundError } from '@backstage/errors';
import { quoted, type Run } from '@model-ci/backstage-plugin-model-ci-common';
import type { Knex } from 'knex';
import { createAnalyses } from '../analysis/createAnalyses';
import { listGateResults } from '../database/operations/evaluations/listGateResults';
import { listAliasChanges } from '../database/operations/versions/listAliasChanges';
import { moveAlias } from '../database/operations/versions/moveAlias';
import { createTestDatabases } from '../database/testDatabase';
import type { DeployRight } from '../deployments/automatic/createAutomaticDeployments';
import { createAutomaticPromotions } from '../deployments/automatic/createAutomaticPromotions';
import {
  TEST_PIPELINE,
  createEngines,
  driveUntil,
  type EngineFixture,
  pipelineOf,
} from './testing/createEngines';
import { FakeExecutor } from './testing/FakeExecutor';

const databases = createTestDatabases();
const AUTHOR = 'user:default/guest';
const JUDGE = 'user:default/judge';
/** Of users in the catalog. */
const EMAILS: Record<string, string | undefined> = {
  'user:default/coder': 'Coder@Example.com',
  'user:default/other': 'other@example.com',
};
const EXAMPLES = 250;
/** Which of the examples a model gets right. */
type Model = (example: number) => boolean;
const usual: Model = i => i % 5 < 3;
const worse: Model = i => i % 5 < 2;
const better: Model = i => i % 5 < 4;
const best: Model = () => true;
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

/** Decides to stop a run at its gate. */
async function stop(
  runs: EngineFixture['runs'],
  { id, stages }: Run,
  by: string,
): Promise<void> {
  await runs.decide(id, 'test', {
    decision: 'stop',
    by,
    reason: 'not better',
    evidence: stages[0].approvals[0].evidence,
  });
}

async function setUp(db: Knex) {
  for (const table of ['alias_changes', 'aliases', 'model_versions', 'runs']) {
    await db(table).delete();
  }
  const models: Model[] = [];
  const clock = { now: Date.parse('2026-01-01T00:00:00.000Z') };
  let right: DeployRight = {
    type: 'allowed',
    actor: { ref: AUTHOR, entityRefs: async () => [AUTHOR] },
  };
  const auditor = mockServices.auditor.mock();
  auditor.createEvent.mockResolvedValue({
    success: async () => {},
    fail: async () => {},
  });
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
    excludeAuthor: { findEmail: async by => EMAILS[by] },
    onRunSucceeded: createAutomaticPromotions({
      db,
      auditor,
      findRight: async () => right,
    }),
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
  /** Starts a run and leaves it when its gates are planned. */
  const plan = async (model: Model) => {
    models.push(model);
    const id = await fixture.start();
    await engine.refreshNodesOnce();
    await engine.prepareOnce();
    await engine.settled();
    return id;
  };
  const finish = async (id: string) => {
    await driveUntil(
      engine,
      async () => (await runs.get(id)).finishedAt !== undefined,
    );
    await engine.settled();
    return await runs.get(id);
  };
  const move = async (version: number) =>
    await db.transaction(tx =>
      moveAlias(tx, {
        ...{ pipelineRef: TEST_PIPELINE, alias: 'champion', version },
        ...{ by: JUDGE, at: '2026-01-01T00:00:00.000Z' },
      }),
    );
  const refuse = (why: string) => {
    right = { type: 'refused', reason: quoted(why) };
  };
  const more = { plan, finish, move, refuse, auditor, dying };
  return { ...fixture, ...more, run, champion, clock, models };
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
    const { run, runs, engine, champion } = await withDatabase();
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
    await engine.settled();
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

  it('has nobody decide who caused another run of the commit, or retried this one', async () => {
    const { start, run, runs, engine, db, models } = await withDatabase();
    await run(usual);
    // Pushed by one, and run once more by another.
    await db('runs').update({ created_by: 'user:default/Alice' });
    const other = await start({ createdBy: 'user:default/root' });
    await runs.cancel(other, 'user:default/canceller');
    const waiting = await run(equal);
    const decide = (by: string) => stop(runs, waiting, by);
    const refused = { name: 'NotAllowedError' };
    await expect(decide('user:default/alice')).rejects.toMatchObject(refused);
    await expect(decide('user:default/root')).rejects.toMatchObject(refused);
    await decide('user:default/canceller');
    await engine.settled();

    models.push(equal);
    await runs.retry(waiting.id, { by: 'user:default/retrier' });
    await driveUntil(
      engine,
      async () => (await runs.get(waiting.id)).status === 'waiting',
    );
    await engine.settled();
    await expect(decide('user:default/retrier')).rejects.toMatchObject(refused);
  });

  it('compares each environment of a stage with the same one of the champion', async () => {
    const { run, source, db } = await withDatabase();
    source.files['model-pipeline.yaml'] = source.files[
      'model-pipeline.yaml'
    ].replace(
      '    run: t',
      '    run: t\n    on: { a: { env: { P: a } }, b: { env: { P: b } } }',
    );
    await run(usual);
    const { id } = await run(better);
    expect(await listGateResults(db, { runIds: [id] })).toMatchObject(
      ['a', 'b'].map(environment => ({
        instance: expect.stringMatching(`^on=${environment}`),
        baseline: { version: 1, examplesDigest: expect.any(String) },
      })),
    );
  });

  it('calls no version the first because its baseline is gone or misspelt', async () => {
    const { run, source, db } = await withDatabase();
    await run(usual);
    await db('aliases').delete();
    expect((await run(worse)).gate).toMatchObject({
      verdict: 'inconclusive',
      reason: {
        code: 'gate.noBaseline',
        parameters: { reason: { code: 'baseline.aliasRemoved' } },
      },
    });
    source.files['model-pipeline.yaml'] = source.files[
      'model-pipeline.yaml'
    ].replace('baseline: champion', 'baseline: chmapion');
    expect((await run(worse)).gate).toMatchObject({
      verdict: 'inconclusive',
      reason: { text: expect.stringContaining("'chmapion'; correct the name") },
    });
  });

  it('promotes nothing once the champion has moved since its gates were planned', async () => {
    const { run, plan, finish, move, champion } = await withDatabase();
    await run(usual);
    expect((await run(better)).promotion).toEqual({
      type: 'promoted',
      alias: 'champion',
      version: 2,
    });
    await move(1);
    const id = await plan(best);
    await move(2);
    expect(await finish(id)).toMatchObject({
      status: 'succeeded',
      version: 3,
      promotion: {
        type: 'refused',
        alias: 'champion',
        version: 3,
        reason: {
          code: 'promotion.refused',
          text: expect.stringContaining('champion moved to #2 meanwhile'),
        },
      },
    });
    expect(await champion()).toBe(2);
  });

  it('promotes one of several first versions', async () => {
    const { plan, finish, champion } = await withDatabase();
    const ids = [await plan(better), await plan(worse)];
    const ended = [await finish(ids[0]), await finish(ids[1])];
    expect(ended.map(({ status }) => status)).toEqual([
      'succeeded',
      'succeeded',
    ]);
    expect(ended.map(({ promotion }) => promotion?.type).sort()).toEqual([
      'promoted',
      'refused',
    ]);
    const [promoted] = ended.filter(
      ({ promotion }) => promotion?.type === 'promoted',
    );
    expect(await champion()).toBe(promoted.version);
  });

  it('promotes nothing whose gates failed where the run went on', async () => {
    const { run, champion, source } = await withDatabase();
    await run(usual);
    source.files['model-pipeline.yaml'] = source.files[
      'model-pipeline.yaml'
    ].replace(
      'inconclusive: ask\n    decisionTimeout: 1h',
      'allowFailure: true',
    );
    expect(await run(worse)).toMatchObject({
      status: 'succeeded',
      promotion: {
        type: 'refused',
        reason: {
          parameters: { reason: { code: 'promotion.gatesNotPassed' } },
        },
      },
    });
    expect(await champion()).toBe(1);
  });

  it('promotes with the rights of whoever started the run, and audits it', async () => {
    const { run, champion, refuse, auditor } = await withDatabase();
    await run(usual);
    expect(auditor.createEvent).toHaveBeenCalledWith(
      expect.objectContaining({
        eventId: 'alias-promote',
        meta: expect.objectContaining({ version: 1, by: AUTHOR }),
      }),
    );
    refuse('guest lacks the permission');
    expect((await run(better)).promotion).toMatchObject({
      type: 'refused',
      reason: {
        text: expect.stringMatching(/guest may not.*lacks the permission/),
      },
    });
    expect(await champion()).toBe(1);
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

  it('has nobody decide who is the author or the committer of the commit, by the catalog', async () => {
    const { run, runs, engine, source } = await withDatabase();
    await run(usual);
    const waiting = await run(equal);
    const decide = (by: string) => stop(runs, waiting, by);
    const refusal = (name: string, code: string) => ({
      name,
      reason: { code },
    });
    const coder = 'user:default/coder';
    source.emails = ['other@elsewhere.example', 'coder@eXample.com'];
    await expect(decide(coder)).rejects.toMatchObject(
      refusal('NotAllowedError', 'error.ownCommit'),
    );
    source.emails = new Error('The host is out of reach');
    await expect(decide(coder)).rejects.toMatchObject(
      refusal('ServiceUnavailableError', 'error.authorUnknown'),
    );
    source.emails = new NotFoundError('There is no such commit');
    await expect(decide(coder)).rejects.toMatchObject(
      refusal('NotAllowedError', 'error.authorUnknown'),
    );
    source.emails = ['coder@example.com'];
    await decide('user:default/other');
    await engine.settled();
  });

  it('asks no host about who has no address in the catalog, and excludes nobody where it has no answer', async () => {
    const { run, runs, engine, source } = await withDatabase();
    await run(usual);
    const decide = async (by: string) => {
      await stop(runs, await run(equal), by);
      await engine.settled();
    };
    source.emails = new Error('Nobody is to ask');
    await expect(decide(JUDGE)).resolves.toBeUndefined();
    source.emails = undefined;
    await expect(decide('user:default/coder')).resolves.toBeUndefined();
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
