import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { PlatformError } from '@model-ci/backstage-plugin-model-ci-node';
import { createTestDatabases } from '../database/testDatabase';
import {
  createEngines,
  driveUntil,
  pipelineOf,
  type EngineFixture,
} from './testing/createEngines';
import { FakeExecutor, type FakeScript } from './testing/FakeExecutor';

const databases = createTestDatabases();

describe.each(databases.ids)('A submission on %s', databaseId => {
  async function setUp(
    files: Record<string, string>,
    script: FakeScript,
    config: Parameters<typeof createEngines>[1]['config'],
  ) {
    const db = await databases.init(databaseId);
    const executor = new FakeExecutor({ script });
    const executors = [executor];
    return { executor, ...createEngines(db, { files, executors, config }) };
  }

  async function ended({ engine, runs }: EngineFixture, id: string) {
    await driveUntil(
      engine,
      async () => (await runs.get(id)).finishedAt !== undefined,
    );
    await engine.settled();
    return await runs.get(id);
  }

  it('withdraws an attempt that may have started before another one follows', async () => {
    const running: string[] = [];
    const fixture = await setUp(
      pipelineOf('a: { run: a, retry: { platform: 1 } }'),
      task => {
        // What runs beside it already?
        running.push(
          [...fixture.executor.tasks.values()]
            .filter(other => other !== task && !other.outcome)
            .map(({ spec }) => spec.attemptId)
            .join(),
        );
        if (running.length > 1) {
          task.exit(0);
        }
      },
      { executorRetries: 1 },
    );
    const lost = () => new Error('The answer was lost');
    fixture.executor.failures.submitted.push(lost(), lost());
    fixture.executor.failures.withdraw.push(new Error('engine down'));
    const run = await ended(fixture, await fixture.start());
    expect(run).toMatchObject({
      status: 'succeeded',
      stages: [{ attempts: [{ status: 'errored' }, { status: 'succeeded' }] }],
    });
    expect(running).toEqual(['', '']);
    const [first, second] = fixture.executor.tasksOf('a');
    expect(first).toMatchObject({ submissions: 2, withdrawals: 1 });
    expect(second).toMatchObject({ submissions: 1, withdrawals: 0 });
  });

  it('is given up at once where only an administrator can help, in the words of the executor', async () => {
    const fixture = await setUp(
      pipelineOf('a: { run: a, retry: { platform: 0 } }'),
      () => {},
      { executorRetries: 5 },
    );
    const said = 'failed quota: team: must specify limits.memory for: stage';
    fixture.executor.failures.submit.push(
      new PlatformError(
        reason('kubernetes.limitsDemanded', { said }),
        new Error(said),
      ),
    );
    const run = await ended(fixture, await fixture.start());
    expect(run.stages[0]).toMatchObject({
      status: 'errored',
      reason: {
        code: 'attempt.notStarted',
        parameters: {
          error: { code: 'kubernetes.limitsDemanded', parameters: { said } },
        },
      },
    });
    expect(fixture.executor.tasks.size).toBe(0);
  });

  it('lets no other attempt follow by itself where the first may still run', async () => {
    const fixture = await setUp(
      pipelineOf('a: { run: a, retry: { platform: 1 } }'),
      () => {},
      { executorRetries: 0 },
    );
    const { failures } = fixture.executor;
    failures.submitted.push(new Error('The answer was lost'));
    failures.withdraw.push(new Error('engine down'));
    const run = await ended(fixture, await fixture.start());
    expect(run.stages[0]).toMatchObject({
      status: 'errored',
      reason: {
        text: expect.stringMatching(/lost\n.*local.* unknown.*engine down/),
      },
      attempts: [{ number: 1 }],
    });
    expect(fixture.executor.tasks.size).toBe(1);
  });
});
