import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Knex } from 'knex';
import { quoted } from '@model-ci/backstage-plugin-model-ci-common';
import type { AttemptSpec } from '@model-ci/backstage-plugin-model-ci-node';
import { Fixture } from '../deployments/testing/createFixture';
import { listGateResults } from './operations/evaluations/listGateResults';
import { EvaluationService } from '../evaluations/EvaluationService';
import {
  createEngines,
  driveUntil,
  pipelineOf,
} from '../engine/testing/createEngines';
import { FakeExecutor, type FakeTask } from '../engine/testing/FakeExecutor';
import { packFiles } from '../engine/testing/FakeSource';
import { VersionService } from '../versions/VersionService';
import { createTestDatabases, migrationsDirectory } from './testDatabase';

const databases = createTestDatabases();
const LAST_MIGRATION = '20261126000001_run_lists.js';
const REF = 'modelpipeline:default/house-price';

/** A database that the old release has left while it worked. */
async function fillOldDatabase(db: Knex): Promise<void> {
  for (const name of readdirSync(migrationsDirectory).sort()) {
    if (name <= LAST_MIGRATION) {
      await db.migrate.up({ directory: migrationsDirectory, name });
    }
  }
  const rows = readFileSync(join(__dirname, '__fixtures__/november25.sql'));
  for (const statement of rows.toString('utf8').split(/;\n/)) {
    const text = statement.replace(/^--.*\n/gm, '').trim();
    if (text !== '') {
      // Not a binding in it.
      await db.raw(text.replaceAll('?', '\\?'));
    }
  }
}

function finish(task: FakeTask): void {
  task.files['model.bin'] = 'weights';
  task.files['metrics.json'] = '{"rmse": 12.5}';
  task.exit(0);
}

/** What went on running on the machine while the portal was upgraded. */
async function startOnMachine(
  executor: FakeExecutor,
  attemptId: string,
): Promise<FakeTask> {
  const spec: AttemptSpec = {
    attemptId,
    runId: attemptId.replace('attempt', 'run'),
    pipelineRef: REF,
    stage: 'train',
    node: 'local',
    script: 'python train.py',
    env: {},
    resources: {},
    network: 'default',
    timeoutSeconds: 3600,
    maxLogBytes: 1024,
    workspace: [],
    results: [],
  };
  await executor.submit(spec);
  return executor.tasks.get(attemptId)!;
}

describe.each(databases.ids)('A database of November on %s', databaseId => {
  it('is upgraded with its work in flight, which comes to its end', async () => {
    const db = await databases.initEmpty(databaseId);
    await fillOldDatabase(db);
    let isUp = false;
    const executor = new FakeExecutor({
      script: task => (isUp ? finish(task) : undefined),
    });
    const running = await startOnMachine(executor, 'attempt-running');
    finish(await startOnMachine(executor, 'attempt-finishing'));
    await startOnMachine(executor, 'attempt-cancelling');

    await db.migrate.latest({ directory: migrationsDirectory });
    isUp = true;
    const { engine, runs, store } = createEngines(db, {
      files: pipelineOf('train: { run: train }'),
      executors: [executor],
    });
    const source = await packFiles({ 'data/houses.csv': 'size,price\n' });
    const { digest } = await store.write(Readable.from([source]));
    await db('runs').whereNotNull('source_digest').update({
      source_digest: digest,
    });

    await engine.refreshNodesOnce();
    expect(await engine.rescueOnce()).toBe(3);
    finish(running);
    const statusOf = async (id: string) => (await runs.get(`run-${id}`)).status;
    const inFlight = [
      'running',
      'finishing',
      'waiting',
      'cancelling',
      'queued',
    ];
    await driveUntil(engine, async () => {
      const statuses = await Promise.all(inFlight.map(statusOf));
      return statuses.every(status => !['queued', 'running'].includes(status));
    });
    await engine.settled();
    expect(
      Object.fromEntries(
        await Promise.all(
          inFlight.map(async id => [id, await statusOf(id)] as const),
        ),
      ),
    ).toEqual({
      running: 'succeeded',
      finishing: 'succeeded',
      waiting: 'succeeded',
      cancelling: 'cancelled',
      queued: 'succeeded',
    });
    // What ran was not started a second time.
    expect(running.submissions).toBe(1);

    const { definition } = await runs.get('run-running');
    expect(definition?.serving?.timeouts).toEqual({});
    const evaluations = new EvaluationService({ db });
    const stages = await evaluations.stageResults('run-running');
    expect(stages.get('evaluate')?.gates).toMatchObject([
      { metric: 'rmse', value: 12.5 },
    ]);
    // The old run, the three that go on, and the one that had not begun.
    const versions = new VersionService({ db });
    const { items } = await versions.list(REF, { limit: 10 });
    expect(items.map(({ servable }) => servable)).toContain(true);
    expect(items.length).toBeGreaterThanOrEqual(2);
  });

  it('keeps the verdicts of its gates, and the words in which they were said', async () => {
    const db = await databases.initEmpty(databaseId);
    await fillOldDatabase(db);
    const said = 'rmse 31.2 is above the limit 30';
    const old = {
      attempt_id: 'attempt-running',
      position: 0,
      run_id: 'run-running',
      metric: 'rmse',
      max: 30,
      value: 31.2,
      verdict: 'fail',
      message: said,
    };
    await db('gate_results').insert(old);
    await db.migrate.latest({ directory: migrationsDirectory });
    const args = { runIds: ['run-running'] };
    expect(await listGateResults(db, args)).toEqual([
      {
        runId: 'run-running',
        stage: 'train',
        metric: 'rmse',
        demand: { max: 30 },
        value: 31.2,
        verdict: 'fail',
        reason: quoted(said),
      },
    ]);
    for (let back = true; back; ) {
      back = await db.schema.hasColumn('gate_results', 'reason');
      if (back) {
        await db.migrate.down({ directory: migrationsDirectory });
      }
    }
    expect(await db('gate_results').first()).toMatchObject(old);
  });

  it('has its deployments brought into service', async () => {
    const db = await databases.initEmpty(databaseId);
    await fillOldDatabase(db);
    await db.migrate.latest({ directory: migrationsDirectory });
    const fixture = new Fixture(db);
    const source = await packFiles({ 'data/houses.csv': 'size,price\n' });
    const { digest } = await fixture.store.write(Readable.from([source]));
    await db('runs').where({ id: 'run-served' }).update({
      source_digest: digest,
    });
    // Its leases have expired by now.
    fixture.clock.advance(365 * 24 * 60 * 60);
    const replica = fixture.replica();
    await fixture.settle(replica);
    expect(
      await db('deployments').orderBy('id').select('id', 'status', 'node'),
    ).toEqual([
      { id: 'deployment-queued', status: 'serving', node: 'local' },
      { id: 'deployment-starting', status: 'serving', node: 'local' },
    ]);
    // The start that was under way was repeated, and no other one begun.
    expect(fixture.host.orders.map(({ serviceId }) => serviceId)).toContain(
      'service-starting',
    );
    await fixture.close();
  });
});
