import { mockServices } from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import { createTestDatabases } from '../database/testDatabase';
import { FailureNotifier } from './FailureNotifier';

const databases = createTestDatabases();
const PIPELINE = 'modelpipeline:default/house-price';
const AT = '2026-01-01T00:00:00.000Z';

async function insertRun(
  db: Knex,
  run: { id: string; status: string; created_by: string },
) {
  const [{ count }] = await db('runs').count({ count: '*' });
  await db('runs').insert({
    pipeline_ref: PIPELINE,
    number: Number(count) + 1,
    trigger: 'push',
    source_url: 'https://git.example/',
    created_at: AT,
    started_at: AT,
    finished_at: AT,
    reason: 'stage test failed',
    ...run,
  });
}

describe.each(databases.ids)('FailureNotifier on %s', id => {
  async function setup() {
    const db = await databases.init(id);
    const send = jest.fn(async () => {});
    const logger = mockServices.logger.mock();
    const notifier = new FailureNotifier({
      db,
      notifications: { send },
      logger,
      now: () => new Date('2026-01-02T00:00:00.000Z'),
    });
    const onRun = (runId: string) =>
      notifier.onChange({ type: 'run', pipelineRef: PIPELINE, runId });
    return { db, send, logger, notifier, onRun };
  }

  it('notifies the user who caused a run that it failed, once per end', async () => {
    const { db, send, onRun } = await setup();
    const created_by = 'user:default/ann';
    await insertRun(db, { id: 'r1', status: 'failed', created_by });
    await onRun('r1');
    await onRun('r1');
    expect(send).toHaveBeenCalledTimes(1);
    expect(send).toHaveBeenCalledWith({
      recipients: { type: 'entity', entityRef: created_by },
      payload: expect.objectContaining({
        title: 'Run #1 of house-price failed',
        description: 'stage test failed',
        // For those who send it on in the language of its reader.
        metadata: {
          'model-ci': {
            title: expect.objectContaining({ code: 'notice.runEnded' }),
            description: expect.objectContaining({ code: 'quoted' }),
          },
        },
      }),
    });
    // It was retried and failed again.
    await db('runs').update({ finished_at: '2026-01-02T00:00:00.000Z' });
    await onRun('r1');
    expect(send).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['succeeded', 'user:default/ann'],
    ['cancelled', 'user:default/ann'],
    ['failed', 'plugin:scaffolder'],
  ])('says nothing of a run that %s, of %s', async (status, created_by) => {
    const { db, send, onRun } = await setup();
    await insertRun(db, { id: 'r1', status, created_by });
    await onRun('r1');
    expect(send).not.toHaveBeenCalled();
  });

  it('notifies of a deployment that failed', async () => {
    const { db, send, notifier } = await setup();
    await insertRun(db, {
      id: 'r1',
      status: 'succeeded',
      created_by: 'user:default/ann',
    });
    await db('model_versions').insert({
      pipeline_ref: PIPELINE,
      version: 1,
      run_id: 'r1',
      created_by: 'user:default/ann',
      created_at: AT,
    });
    await db('deployments').insert({
      id: 'd1',
      pipeline_ref: PIPELINE,
      version: 1,
      environment: 'staging',
      status: 'failed',
      trigger: 'manual',
      created_by: 'user:default/bob',
      created_at: AT,
      finished_at: AT,
      executor: 'process',
      health: 'unhealthy',
      reason: 'not healthy within 60 s',
      cpus: 0,
      memory_bytes: 0,
      gpus: 0,
    });
    await notifier.onChange({
      type: 'deployment',
      pipelineRef: PIPELINE,
      deploymentId: 'd1',
    });
    await notifier.onChange({ type: 'nodes' });
    expect(send).toHaveBeenCalledTimes(1);
    expect(send).toHaveBeenCalledWith({
      recipients: { type: 'entity', entityRef: 'user:default/bob' },
      payload: expect.objectContaining({
        title: 'Version 1 of house-price could not be deployed to staging',
        description: 'not healthy within 60 s',
      }),
    });
  });

  it('sends later what could not be sent, once, and what ended unnoticed', async () => {
    const { db, send, logger, notifier, onRun } = await setup();
    const created_by = 'user:default/ann';
    await insertRun(db, { id: 'r1', status: 'errored', created_by });
    await insertRun(db, { id: 'r2', status: 'failed', created_by });
    send.mockRejectedValueOnce(new Error('no notifications installed'));
    await onRun('r1');
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('no notifications installed'),
    );
    send.mockClear();
    await notifier.check();
    await notifier.check();
    await onRun('r1');
    expect(send).toHaveBeenCalledTimes(2);
  });

  it('does not surprise anybody with news of long ago', async () => {
    const { db, send, notifier } = await setup();
    await insertRun(db, {
      id: 'r1',
      status: 'failed',
      created_by: 'user:default/ann',
    });
    await db('runs').update({ finished_at: '2025-12-01T00:00:00.000Z' });
    await notifier.check();
    expect(send).not.toHaveBeenCalled();
  });

  it('breaks off for no database that is away', async () => {
    const { db, notifier, logger } = await setup();
    await db.schema.renameTable('runs', 'away');
    await notifier.check();
    expect(logger.warn).toHaveBeenCalled();
  });
});
