import { mockServices } from '@backstage/backend-test-utils';
import { createTestDatabases } from '../database/testDatabase';
import {
  createEngines,
  driveUntil,
  pipelineOf,
} from '../engine/testing/createEngines';
import { countWork, queueUnplaceable } from '../engine/testing/countWork';
import { FakeExecutor, fakeNode } from '../engine/testing/FakeExecutor';
import { ALICE, Fixture } from '../deployments/testing/createFixture';
import { PlacementNotifier } from './PlacementNotifier';

const databases = createTestDatabases();
describe.each(databases.ids)('PlacementNotifier on %s', id => {
  async function setup(...stages: string[]) {
    const db = await databases.init(id);
    const executor = new FakeExecutor({ script: () => {} });
    const fixture = createEngines(db, {
      files: pipelineOf(...stages),
      executors: [executor],
    });
    const { engine } = fixture;
    const send = jest.fn(
      async (_: { payload: { description?: string } }) => {},
    );
    /** Another replica. */
    const createNotifier = () =>
      new PlacementNotifier({
        db,
        nodes: engine.nodes,
        notifications: { send },
        logger: mockServices.logger.mock(),
      });
    /** Starts every stage that a node has room for. */
    const prepare = async () => {
      await driveUntil(
        engine,
        async () => !(await db('runs').where({ status: 'queued' }).first()),
      );
      await engine.claimOnce();
    };
    return { ...fixture, db, executor, send, createNotifier, prepare };
  }

  it('notifies the starter of a run once of the stages that no node matches, and why', async () => {
    const { start, prepare, createNotifier, send, runs, executor, engine } =
      await setup(
        'a: { run: a, resources: { gpus: 8 } }',
        'b: { run: b, nodeSelector: { zone: moon } }',
        'c: { run: c }',
      );
    const runId = await start({ createdBy: ALICE });
    await prepare();
    await createNotifier().check();
    await createNotifier().check();
    expect(send.mock.calls).toEqual([
      [
        {
          recipients: { type: 'entity', entityRef: ALICE },
          payload: expect.objectContaining({
            title: expect.stringContaining(
              'Run #1 of house-price waits: no node matches',
            ),
            description: expect.stringMatching(
              /^a: no node is large enough; .*: 8 GPUs needed, .*; b: no node matches zone=moon\. Change what it asks for/,
            ),
            link: `/model-ci/runs/${runId}`,
          }),
        },
      ],
    ]);
    // The run's page says the same, and the stages go on waiting.
    const { stages } = await runs.get(runId);
    expect(
      stages.map(({ status, waitingFor }) => [status, waitingFor?.text]),
    ).toEqual([
      ['queued', expect.stringContaining('8 GPUs needed')],
      ['queued', 'no node matches zone=moon'],
      ['running', undefined],
    ]);
    executor.nodes = [
      ...executor.nodes,
      { ...fakeNode('moon'), labels: { zone: 'moon' } },
    ];
    await engine.refreshNodesOnce();
    await engine.claimOnce();
    expect((await runs.get(runId)).stages[1].status).toBe('running');
  });

  it('says nothing of what waits for room, for a node that is away, or in nobody’s name', async () => {
    const { start, prepare, createNotifier, send, executor, engine } =
      await setup('a: { run: a, resources: { cpus: 4 } }');
    await start({ createdBy: ALICE });
    await start({ createdBy: ALICE });
    executor.nodes = [
      { ...fakeNode('local'), capacity: { cpus: 4, memoryBytes: 0, gpus: 0 } },
    ];
    await prepare();
    await createNotifier().check();
    expect(send).not.toHaveBeenCalled();

    executor.nodes = [
      {
        ...fakeNode('local'),
        health: 'unreachable',
        capacity: { cpus: 0, memoryBytes: 0, gpus: 0 },
      },
    ];
    await engine.refreshNodesOnce();
    await createNotifier().check();
    expect(send).not.toHaveBeenCalled();
    executor.nodes = [];
    await engine.refreshNodesOnce();
    await createNotifier().check();
    expect(send).not.toHaveBeenCalled();
  });

  it('notifies of all that wait, and then costs as much as with none', async () => {
    const { db, start, prepare, createNotifier, send, engine } = await setup(
      'a: { run: a }',
    );
    const first = await start({ createdBy: ALICE });
    const robot = await start({ createdBy: 'external:robot' });
    await prepare();
    // Of those that wait for others, however many, nobody is notified.
    await queueUnplaceable(db, robot, 600);
    const check = () => countWork(db, () => createNotifier().check());
    const before = await check();
    await queueUnplaceable(db, first, 600);
    await check();
    await check();
    expect(send).toHaveBeenCalledTimes(2);
    // Whoever is notified of many stages is shown as many as somebody reads, and how many more there are.
    expect(send.mock.calls.map(([{ payload }]) => payload.description)).toEqual(
      [
        expect.stringMatching(/^(?:stuck-\d+: [^;]*; ){20}and 480 more\. /),
        expect.stringMatching(/^(?:stuck-\d+: [^;]*; ){20}and 80 more\. /),
      ],
    );
    expect((await db('placement_notices').select('attempt_id')).length).toBe(
      600,
    );
    expect(await check()).toEqual(before);
    expect(before.rows).toBeLessThan(10);
    await engine.stop();
  });

  it('sends again what could not be sent', async () => {
    const { start, prepare, createNotifier, send } = await setup(
      'a: { run: a, resources: { gpus: 8 } }',
    );
    await start({ createdBy: ALICE });
    await start({ createdBy: 'external:robot' });
    await prepare();
    send.mockRejectedValueOnce(new Error('down'));
    await createNotifier().check();
    await createNotifier().check();
    await createNotifier().check();
    expect(send).toHaveBeenCalledTimes(2);
  });

  it('notifies of a deployment, too', async () => {
    const { db, prepare, createNotifier, send } = await setup('a: { run: a }');
    await prepare();
    const fixture = new Fixture(db);
    await fixture.registerVersion(1, { serving: { resources: { gpus: 8 } } });
    const replica = fixture.replica();
    await fixture.serve(replica, 1);
    await createNotifier().check();
    await createNotifier().check();
    expect(send.mock.calls).toEqual([
      [
        {
          recipients: { type: 'entity', entityRef: ALICE },
          payload: expect.objectContaining({
            title: expect.stringContaining('Version 1 of house-price waits'),
            description: expect.stringContaining('8 GPUs needed'),
          }),
        },
      ],
    ]);
    await fixture.close();
  });
});
