import type { Knex } from 'knex';
import { quoted } from '@model-ci/backstage-plugin-model-ci-common';
import { Placement } from '../../../planning/placement';
import {
  createEngines,
  pipelineOf,
} from '../../../engine/testing/createEngines';
import { fakeNode } from '../../../engine/testing/FakeExecutor';
import type { AttemptRow } from '../../tables/runs';
import { createTestDatabases } from '../../testDatabase';
import { appendLogs } from '../logs/appendLogs';
import { claimRun } from '../runs/claimRun';
import { findRunContent } from '../runs/findRunContent';
import { postponeRun } from '../runs/postponeRun';
import { rejectRun } from '../runs/rejectRun';
import { claimAttempts } from './claimAttempts';
import { finishAttempts } from './finishAttempts';
import { rescueAttempts } from './rescueAttempts';
import { storeHandles } from './storeHandles';

const databases = createTestDatabases();
const EXECUTOR: string = 'process';
const LOST = { name: 'TicketLostError' };

describe.each(databases.ids)('Writes under a lost ticket on %s', databaseId => {
  /** An attempt whose first holder has lost it to a second one. */
  async function setUp() {
    const db = await databases.init(databaseId);
    const { engine, start } = createEngines(db, {
      files: pipelineOf('a: { run: a }'),
    });
    const runId = await start();
    await engine.prepareOnce();
    await engine.settled();
    const [lost] = await claimAttempts(db, {
      holder: 'first',
      createPlacement: reserved =>
        new Placement(
          [EXECUTOR],
          [{ ...fakeNode('local'), executor: EXECUTOR }],
          reserved,
        ),
      now: new Date(),
      leaseExpiresAt: '2020-01-01T00:00:00.000Z',
      limit: 10,
    });
    const {
      claims: [held],
    } = await rescueAttempts(db, {
      holder: 'second',
      nodes: ['local'],
      now: new Date().toISOString(),
      leaseExpiresAt: '2999-01-01T00:00:00.000Z',
      limit: 10,
    });
    const content = await findRunContent(db, { runId });
    const finish = (ticket: string) =>
      finishAttempts(db, {
        ended: [
          {
            attemptId: lost.attemptId,
            runId,
            stage: content!.definition.stages.a,
            ticket,
            end: { status: 'succeeded' },
          },
        ],
        context: engine.context,
        createClaim: () => ({
          holder: 'second',
          createPlacement: () => {
            throw new Error('There is nothing to claim');
          },
          now: new Date(),
          leaseExpiresAt: '2999-01-01T00:00:00.000Z',
          limit: 10,
        }),
        at: new Date().toISOString(),
      });
    return { db, lost, held, finish };
  }

  const snapshot = async (db: Knex) => ({
    attempts: await db<AttemptRow>('attempts'),
    stages: await db('stages'),
    runs: await db('runs'),
    changes: await db('state_changes'),
    chunks: await db('log_chunks'),
  });

  it('are refused and change nothing, while the new holder may write', async () => {
    const { db, lost, held, finish } = await setUp();
    expect(held.attemptId).toBe(lost.attemptId);
    expect(held.ticket).not.toBe(lost.ticket);
    const before = await snapshot(db);
    const at = '2026-01-01T00:00:00.000Z';
    const chunk = { start: 0, data: Buffer.from('line\n'), source: 5 };
    const handle = {
      handle: { id: 1 },
      deadlineAt: '2999-01-01T00:00:00.000Z',
    };

    const none = new Set();
    const only = new Set([held.ticket]);
    expect(
      await appendLogs(db, { pieces: [{ ...lost, ...chunk }], at }),
    ).toEqual(none);
    expect(await storeHandles(db, [{ ...lost, ...handle }])).toEqual(none);
    expect((await finish(lost.ticket)).attempts.size).toBe(0);
    expect(await snapshot(db)).toEqual(before);

    const both = [lost, held];
    expect(
      await appendLogs(db, {
        pieces: both.map(claim => ({ ...claim, ...chunk })),
        at,
      }),
    ).toEqual(only);
    expect(
      await storeHandles(
        db,
        both.map(claim => ({ ...claim, ...handle })),
      ),
    ).toEqual(only);
    // Bytes that do not follow those stored are refused, even to the holder.
    expect(
      await appendLogs(db, { pieces: [{ ...held, ...chunk }], at }),
    ).toEqual(none);
    const { advanced } = await finish(held.ticket);
    expect(advanced).toMatchObject([{ run: { status: 'succeeded' } }]);
    expect((await finish(held.ticket)).attempts.size).toBe(0);
  });

  it('are refused for runs too', async () => {
    const db = await databases.init(databaseId);
    const { start } = createEngines(db, { files: {} });
    const runId = await start();
    const lease = {
      holder: 'first',
      now: '2026-01-01T00:00:00.000Z',
      leaseExpiresAt: '2026-01-01T00:00:30.000Z',
    };
    const lost = await claimRun(db, lease);
    expect(await claimRun(db, { ...lease, holder: 'second' })).toBeUndefined();
    const held = await claimRun(db, {
      ...lease,
      holder: 'second',
      now: '2026-01-01T00:01:00.000Z',
    });
    expect(held).toMatchObject({ id: runId, holder: 'second' });
    const at = '2026-01-01T00:02:00.000Z';
    const late = { runId, ticket: lost!.ticket, reason: quoted('late') };
    await expect(
      rejectRun(db, { ...late, status: 'failed', at }),
    ).rejects.toMatchObject(LOST);
    await expect(
      postponeRun(db, { ...late, failures: 1, after: at }),
    ).rejects.toMatchObject(LOST);
    expect(await db('runs').first()).toMatchObject({
      status: 'queued',
      ticket: held!.ticket,
    });
  });
});
