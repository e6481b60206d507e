import { setTimeout as delay } from 'node:timers/promises';
import { mockCredentials } from '@backstage/backend-test-utils';
import type { Run, Status } from '@model-ci/backstage-plugin-model-ci-common';
import { PUSH_TOPIC } from '@model-ci/backstage-plugin-model-ci-node';
import { createTestDatabases } from '../database/testDatabase';
import { FakeExecutor } from '../engine/testing/FakeExecutor';
import { entityFile, HEAD } from './testing/createUrlReader';
import { TestPortal } from './testing/TestPortal';

const databases = createTestDatabases();
const PIPELINE = 'modelpipeline:default/mine';

const DEFINITION = `version: 1
triggers: { push: { branches: [main] } }
stages:
  train:
    executor: process
    run: train
    artifacts: { model: model }
    reports: { metrics: metrics.json }
`;

describe.each(databases.ids)('a run over HTTP on %s', id => {
  let executor: FakeExecutor;
  let portal: TestPortal;

  beforeEach(async () => {
    // Tasks go on until the test ends them.
    executor = new FakeExecutor({ script: () => {} });
    portal = await TestPortal.start({
      db: await databases.init(id),
      executors: [executor],
      files: {
        'catalog-info.yaml': entityFile('mine', 'other'),
        'model-pipeline.yaml': DEFINITION,
      },
    });
  }, 60_000);

  afterEach(() => portal?.stop());

  async function untilRun(runId: string, status: Status): Promise<Run> {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const run = await portal.client.getRun(runId);
      if (run.status === status) {
        return run;
      }
      if (Date.now() > deadline) {
        throw new Error(`Run is '${run.status}', not '${status}'`);
      }
      await delay(20);
    }
  }

  async function untilStored(runId: string, size: number): Promise<void> {
    const deadline = Date.now() + 10_000;
    while ((await portal.client.readLog(runId, 'train')).size < size) {
      if (Date.now() > deadline) {
        throw new Error(`The log has not reached ${size} bytes in time`);
      }
      await delay(10);
    }
  }

  async function until(condition: () => boolean): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (!condition()) {
      if (Date.now() > deadline) {
        throw new Error('It did not happen in time');
      }
      await delay(10);
    }
  }

  it('is started, followed while it writes, and leaves a version', async () => {
    const { client } = portal;
    const started = await client.startRun(PIPELINE, { ref: 'main' });
    expect(started).toMatchObject({
      pipelineRef: PIPELINE,
      number: 1,
      trigger: 'manual',
      branch: 'main',
      createdBy: 'user:default/mock',
    });

    const task = await executor.started('train');
    const parts: string[] = [];
    let received = () => {};
    const following = (async () => {
      for await (const part of client.followLog(started.id, 'train')) {
        parts.push(part.text);
        received();
      }
    })();
    const arrived = new Promise<void>(resolve => {
      received = resolve;
    });
    task.write('epoch 1\n');
    await arrived;
    // A character whose bytes come one by one.
    const euro = Buffer.from('€');
    for (let byte = 0; byte < euro.length; byte++) {
      task.log = Buffer.concat([task.log, euro.subarray(byte, byte + 1)]);
      task.write('');
      await untilStored(started.id, task.log.length);
    }
    task.write('\n');
    task.files['metrics.json'] = '{"rmse": 12.5}';
    task.files['model/weights.json'] = '[1, 2]';
    task.exit(0);
    await following;
    expect(parts.join('')).toBe('epoch 1\n€\n');

    const run = await untilRun(started.id, 'succeeded');
    expect(run).toMatchObject({ commit: HEAD, version: 1 });
    const [artifact] = await client.listArtifacts(run.id);
    const blob = await client.downloadArtifact(artifact.digest);
    expect(blob.size).toBe(artifact.size);
    expect(await (await client.downloadLog(run.id, 'train')).text()).toBe(
      'epoch 1\n€\n',
    );
    expect(await client.getVersion(PIPELINE, 1)).toMatchObject({
      runId: run.id,
      metrics: [expect.objectContaining({ metric: 'rmse', value: 12.5 })],
    });
    expect(await client.moveAlias(PIPELINE, 'champion', 1)).toMatchObject({
      aliases: ['champion'],
    });
    expect(await client.compareVersions(PIPELINE, [1])).toMatchObject({
      versions: [{ version: 1, aliases: ['champion'] }],
    });
    expect((await client.getMetricHistories(PIPELINE)).items).toMatchObject([
      { metric: 'rmse', points: [{ value: 12.5, version: 1 }] },
    ]);
    expect(await client.listVersions(PIPELINE)).toMatchObject({
      items: [{ version: 1 }],
    });
    expect(await client.getPipeline(PIPELINE)).toMatchObject({
      latestRun: { id: run.id },
      latestVersion: { version: 1 },
      latestMetrics: [{ metric: 'rmse', value: 12.5 }],
      defaultBranch: 'main',
    });
    expect(portal.signals.publish).toHaveBeenCalledWith({
      recipients: { type: 'user', entityRef: ['user:default/mock'] },
      channel: 'model-ci',
      message: { type: 'run', pipelineRef: PIPELINE, runId: run.id },
    });
    expect(await client.listNodes()).toMatchObject([
      { name: 'local', health: 'healthy' },
    ]);
  });

  it('is one run however often it is asked for with one key', async () => {
    const { client } = portal;
    const first = await client.startRun(PIPELINE, { idempotencyKey: 'k' });
    const again = await client.startRun(PIPELINE, { idempotencyKey: 'k' });
    const other = await client.startRun(PIPELINE, { idempotencyKey: 'l' });
    expect(again.id).toBe(first.id);
    expect(other.id).not.toBe(first.id);
    const { items } = await client.listRuns({ pipelineRef: PIPELINE });
    expect(items.map(run => run.id)).toEqual([other.id, first.id]);
  });

  it('pages through lists', async () => {
    const { client } = portal;
    for (let n = 0; n < 3; n++) {
      await client.startRun(PIPELINE);
    }
    const first = await client.listRuns({ limit: 2 });
    const second = await client.listRuns({
      limit: 2,
      cursor: first.nextCursor,
    });
    expect(
      [...first.items, ...second.items].map(({ number }) => number),
    ).toEqual([3, 2, 1]);
    expect(second.nextCursor).toBeUndefined();
  });

  it('cannot be claimed for a branch that is elsewhere', async () => {
    const { client } = portal;
    await expect(
      client.startRun(PIPELINE, { ref: 'main', commit: 'b'.repeat(40) }),
    ).rejects.toMatchObject({ statusCode: 409 });
    expect(
      await client.startRun(PIPELINE, { ref: 'main', commit: HEAD }),
    ).toMatchObject({ branch: 'main' });
    const loose = await client.startRun(PIPELINE, { commit: HEAD });
    expect(loose.branch).toBeUndefined();
  });

  it('is cancelled and retried', async () => {
    const { client } = portal;
    const { id: runId } = await client.startRun(PIPELINE);
    await executor.started('train');
    await client.cancelRun(runId);
    await untilRun(runId, 'cancelled');
    await expect(client.cancelRun(runId)).rejects.toMatchObject({
      statusCode: 409,
    });
    await client.retryRun(runId);
    const task = await executor.started('train', 2);
    task.files['metrics.json'] = '{"rmse": 1}';
    task.files['model/weights.json'] = '[]';
    task.exit(0);
    const run = await untilRun(runId, 'succeeded');
    expect(run.stages[0].attempts).toHaveLength(2);
    expect(
      portal.audit.map(({ id: event, outcome }) => [event, outcome]),
    ).toEqual([
      ['run-start', 'success'],
      ['run-cancel', 'success'],
      ['run-cancel', 'failure'],
      ['run-retry', 'success'],
    ]);
    expect(portal.notifications.send).not.toHaveBeenCalled();
  });

  it('is started by a push at exactly its commit, and notifies who pushed when it fails', async () => {
    const after = 'd'.repeat(40);
    portal.codeHost.refs.set('main', after);
    const push = {
      id: 'push-1',
      repositoryUrl: 'https://github.com/example/mine/',
      branch: 'main',
      defaultBranch: 'main',
      after,
      pushedBy: 'user:default/ann',
    };
    await portal.events.publish({ topic: PUSH_TOPIC, eventPayload: push });
    // The same push, announced again.
    await portal.events.publish({ topic: PUSH_TOPIC, eventPayload: push });
    const { items } = await portal.client.listRuns();
    expect(items).toMatchObject([
      {
        pipelineRef: PIPELINE,
        trigger: 'push',
        commit: after,
        branch: 'main',
        createdBy: 'user:default/ann',
      },
    ]);
    (await executor.started('train')).exit(1);
    await untilRun(items[0].id, 'failed');
    await until(() => portal.notifications.send.mock.calls.length > 0);
    expect(portal.notifications.send.mock.calls).toEqual([
      [
        {
          recipients: { type: 'entity', entityRef: 'user:default/ann' },
          payload: expect.objectContaining({
            title: 'Run #1 of mine failed',
            link: `/model-ci/runs/${items[0].id}`,
            scope: `model-ci:run:${items[0].id}`,
          }),
        },
      ],
    ]);
  });

  it('goes on when a reader of its log leaves', async () => {
    const { client } = portal;
    const { id: runId } = await client.startRun(PIPELINE);
    const task = await executor.started('train');
    task.write('one\n');
    const leave = new AbortController();
    const seen: string[] = [];
    for await (const { text } of client.followLog(
      runId,
      'train',
      {},
      { signal: leave.signal },
    )) {
      seen.push(text);
      leave.abort();
    }
    expect(seen).toEqual(['one\n']);
    task.exit(1);
    await untilRun(runId, 'failed');
  });

  it('does not keep the backend from stopping while its log is followed', async () => {
    const { client } = portal;
    const { id: runId } = await client.startRun(PIPELINE);
    (await executor.started('train')).write('one\n');
    const response = await fetch(
      `${portal.baseUrl}/runs/${runId}/stages/train/logs`,
      {
        headers: {
          Accept: 'text/event-stream',
          Authorization: mockCredentials.user.header(),
        },
      },
    );
    const stopped = portal.stop();
    const text = await response.text();
    expect(text).not.toContain('event: end');
    await stopped;
  });
});
