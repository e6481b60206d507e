import type { Knex } from 'knex';
import { mockServices } from '@backstage/backend-test-utils';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { createTestDatabases } from '../database/testDatabase';
import { ApprovalNotifier } from '../notifications/ApprovalNotifier';
import {
  TEST_PIPELINE,
  createEngines,
  driveUntil,
  pipelineOf,
} from './testing/createEngines';

const databases = createTestDatabases();
const JUDGE = 'user:default/judge';

describe.each(databases.ids)('A stage that is held on %s', databaseId => {
  async function setUp() {
    const db = await databases.init(databaseId);
    const fixture = createEngines(db, {
      files: pipelineOf(
        'train: { run: t, hold: true }',
        'publish: { run: p, needs: [train] }',
      ),
    });
    const id = await fixture.start();
    await driveUntil(
      fixture.engine,
      async () => (await fixture.runs.get(id)).status === 'waiting',
    );
    await fixture.engine.settled();
    return { db, id, ...fixture };
  }

  it('waits for a person, and holds no node', async () => {
    const { runs, nodes, engine, id } = await setUp();
    expect(await engine.planOnce()).toBe(0);
    const run = await runs.get(id);
    expect(run).toMatchObject({
      status: 'waiting',
      stages: [
        {
          name: 'train',
          status: 'waiting',
          attempts: [{ status: 'succeeded' }],
          approvals: [
            {
              question: { text: expect.stringContaining('holds the run here') },
              askedAt: expect.any(String),
            },
          ],
        },
        { name: 'publish', status: 'queued', attempts: [] },
      ],
    });
    expect(run.stages[0].approvals[0].decision).toBeUndefined();
    expect(await nodes.list()).toMatchObject([{ reserved: { cpus: 0 } }]);
  });

  it('is stopped in time though another one cannot be', async () => {
    const { db, runs, engine, createEngine, start, id } = await setUp();
    const other = await start();
    await driveUntil(
      engine,
      async () => (await runs.get(other)).status === 'waiting',
    );
    await engine.settled();
    await db('approvals')
      .where({ run_id: id })
      .update({ expires_at: '2026-01-01T00:00:00.000Z' });
    await db('approvals')
      .where({ run_id: other })
      .update({ expires_at: '2026-01-01T00:00:01.000Z' });
    await db('stages').where({ run_id: id }).update({ definition: '{' });
    expect(await createEngine().expireOnce()).toBe(2);
    expect((await runs.get(other)).status).toBe('failed');
  });

  it('goes on when a person says so, also with another backend', async () => {
    const { runs, engine, createEngine, id } = await setUp();
    await engine.stop();
    const next = createEngine();
    const [{ approvals }] = (await runs.get(id)).stages;
    await runs.decide(id, 'train', {
      decision: 'continue',
      by: JUDGE,
      reason: 'looks right',
      evidence: approvals[0].evidence,
    });
    expect((await runs.get(id)).status).toBe('running');
    await driveUntil(
      next,
      async () => (await runs.get(id)).finishedAt !== undefined,
    );
    await next.settled();
    const run = await runs.get(id);
    const decided = {
      decision: 'continue',
      by: [JUDGE],
      at: run.stages[0].finishedAt,
    };
    expect(run).toMatchObject({
      status: 'succeeded',
      decided,
      waited: { milliseconds: expect.any(Number) },
      stages: [
        {
          status: 'succeeded',
          decided,
          waited: { milliseconds: expect.any(Number) },
          approvals: [
            { decision: 'continue', by: JUDGE, reason: 'looks right' },
          ],
        },
        { status: 'succeeded' },
      ],
    });
    expect(run.waited?.since).toBeUndefined();
    expect(run.stages[1].decided).toBeUndefined();
    const { items } = await runs.list({ limit: 1 });
    expect(items).toEqual([
      expect.objectContaining({
        decided,
        waited: run.waited,
        stages: [
          { name: 'train', status: 'succeeded', decided },
          { name: 'publish', status: 'succeeded' },
        ],
      }),
    ]);
    expect(run.history).toContainEqual(
      expect.objectContaining({
        subject: 'stage',
        from: 'waiting',
        to: 'succeeded',
        by: JUDGE,
        reason: reason('stage.continued', { by: JUDGE, reason: 'looks right' }),
      }),
    );
  });

  it('ends the run when a person stops it, and cannot be decided on twice', async () => {
    const { runs, signals, id } = await setUp();
    signals.length = 0;
    const [{ approvals }] = (await runs.get(id)).stages;
    const stop = {
      decision: 'stop' as const,
      by: JUDGE,
      reason: 'biased',
      evidence: approvals[0].evidence,
    };
    const run = await runs.decide(id, 'train', stop);
    expect(run).toMatchObject({
      status: 'failed',
      stages: [
        { status: 'failed', reason: { text: `Stopped by ${JUDGE}: biased` } },
        { status: 'skipped' },
      ],
    });
    expect(run.decided).toMatchObject({ decision: 'stop', by: [JUDGE] });
    expect(signals).toContainEqual({
      type: 'run',
      pipelineRef: TEST_PIPELINE,
      runId: id,
    });
    await expect(runs.decide(id, 'train', stop)).rejects.toThrow(
      /is 'failed'; only a 'waiting' stage can be decided on/,
    );
    await expect(runs.decide(id, 'moon', stop)).rejects.toThrow(
      /no stage 'moon'/,
    );
  });

  it('forgets what was decided, and how long it waited, with a retry', async () => {
    const { runs, id } = await setUp();
    const [{ approvals }] = (await runs.get(id)).stages;
    expect((await runs.get(id)).waited?.since).toEqual(expect.any(String));
    await runs.decide(id, 'train', {
      decision: 'stop',
      by: JUDGE,
      reason: 'biased',
      evidence: approvals[0].evidence,
    });
    const later = jest.spyOn(Date.prototype, 'toISOString');
    later.mockReturnValue('2099-01-01T00:00:00.000Z');
    const retried = await runs
      .retry(id, { by: JUDGE })
      .finally(() => later.mockRestore());
    expect(retried.decided).toBeUndefined();
    expect(retried.waited).toBeUndefined();
    expect(retried.stages[0].decided).toBeUndefined();
    expect(retried.stages[0].waited).toBeUndefined();
    expect(retried.stages[0].approvals).toHaveLength(1);
  });

  it('is cancelled with its run', async () => {
    const { runs, id } = await setUp();
    expect(await runs.cancel(id, JUDGE)).toMatchObject({
      status: 'cancelled',
      stages: [
        {
          status: 'cancelled',
          approvals: [{ decision: 'cancelled', by: JUDGE }],
        },
        { status: 'cancelled' },
      ],
    });
  });

  const addPipeline = (db: Knex) =>
    db('pipelines').insert({
      ref: TEST_PIPELINE,
      title: 'House price',
      type: 'model',
      lifecycle: 'x',
      owner_ref: 'group:default/ml',
      model_ref: 'component:default/m',
      synced_at: '2026-01-01T00:00:00.000Z',
    });

  it.each([
    [
      'continue',
      JUDGE,
      'Run #1 of house-price continues: train was let through',
      `Continued by ${JUDGE}: so be it`,
    ],
    [
      'stop',
      JUDGE,
      'Run #1 of house-price was stopped at train',
      `Stopped by ${JUDGE}: so be it`,
    ],
    [
      'cancelled',
      JUDGE,
      'Run #1 of house-price was cancelled before a decision on train',
      `Cancelled by ${JUDGE}`,
    ],
  ])(
    'has the notification replaced once it is decided (%s)',
    async (decision, by, title, description) => {
      const { db, id } = await setUp();
      await addPipeline(db);
      const send = jest.fn();
      const notifier = new ApprovalNotifier({
        db,
        notifications: { send },
        logger: mockServices.logger.mock(),
      });
      await notifier.check();
      expect(send).toHaveBeenCalledTimes(1);
      const [[asked]] = send.mock.calls;
      expect(asked.payload).toMatchObject({ severity: 'high' });
      await db('approvals').where({ run_id: id }).update({
        decision,
        decided_by: by,
        decided_at: '2026-05-01T10:00:00.000Z',
        reason: 'so be it',
      });
      await notifier.check();
      await notifier.check();
      expect(send).toHaveBeenCalledTimes(2);
      expect(send.mock.lastCall[0].payload).toMatchObject({
        title,
        description: expect.stringContaining(description),
        severity: 'normal',
        scope: asked.payload.scope,
      });
    },
  );

  it('has nobody notified of what was decided before', async () => {
    const { db, runs, id } = await setUp();
    await addPipeline(db);
    await runs.cancel(id, JUDGE);
    const send = jest.fn();
    await new ApprovalNotifier({
      db,
      notifications: { send },
      logger: mockServices.logger.mock(),
    }).check();
    expect(send).not.toHaveBeenCalled();
  });

  it('has the owner of the pipeline notified once', async () => {
    const { db } = await setUp();
    await addPipeline(db);
    // A process that dies while it sends must leave the notice owed.
    const owed: unknown[] = [];
    const send = jest.fn(async () => {
      owed.push(...(await db('approvals').pluck('notified_at')));
    });
    send.mockRejectedValueOnce(new Error('mail is down'));
    const notifier = new ApprovalNotifier({
      db,
      notifications: { send },
      logger: mockServices.logger.mock(),
    });
    await notifier.check();
    await notifier.check();
    await notifier.check();
    expect(send).toHaveBeenCalledTimes(2);
    expect(owed).toEqual([null]);
    expect(await db('approvals').pluck('notified_at')).toEqual([
      expect.any(String),
    ]);
    expect(send).toHaveBeenLastCalledWith(
      expect.objectContaining({
        recipients: { type: 'entity', entityRef: 'group:default/ml' },
        payload: expect.objectContaining({
          title: 'Run #1 of house-price waits for a decision on train',
        }),
      }),
    );
  });
});
