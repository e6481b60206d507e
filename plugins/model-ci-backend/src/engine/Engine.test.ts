import { InputError } from '@backstage/errors';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { createTestDatabases } from '../database/testDatabase';
import type { StartRunInput } from '../runs/RunService';
import {
  createEngines,
  driveUntil,
  pipelineOf,
  type EngineFixture,
} from './testing/createEngines';
import { FAKE_COMMIT } from './testing/FakeSource';
import {
  FakeExecutor,
  fakeNode,
  type FakeScript,
} from './testing/FakeExecutor';

const databases = createTestDatabases();

describe.each(databases.ids)('Engine on %s', databaseId => {
  async function setUp(
    files: Record<string, string>,
    script?: FakeScript,
    config?: Parameters<typeof createEngines>[1]['config'],
  ) {
    const db = await databases.init(databaseId);
    const executor = new FakeExecutor({ ...(script && { script }) });
    const fixture = createEngines(db, {
      files,
      executors: [executor],
      ...(config && { config }),
    });
    return { db, executor, ...fixture };
  }

  async function ended({ engine, runs }: EngineFixture, id: string) {
    await driveUntil(
      engine,
      async () => (await runs.get(id)).finishedAt !== undefined,
    );
    await engine.settled();
    return await runs.get(id);
  }

  it('takes a run from its source to its version', async () => {
    const fixture = await setUp(
      {
        ...pipelineOf(
          'build: { run: make, artifacts: { package: dist/ } }',
          'train: { run: train, needs: [build], datasets: [houses], env: { EPOCHS: "3" } }',
        ),
        'data/houses.csv': 'size,price\n',
      },
      task => {
        task.write(`${task.spec.stage} writes\n`);
        task.files['dist/model.bin'] = 'model';
        task.exit(0);
      },
    );
    fixture.source.files['model-pipeline.yaml'] +=
      'datasets: { houses: { uri: ./data/houses.csv } }\n';
    const { executor, store, succeeded, signals, source } = fixture;
    const id = await fixture.start();
    const run = await ended(fixture, id);

    expect(run).toMatchObject({
      number: 1,
      status: 'succeeded',
      version: 1,
      branch: 'main',
      datasets: [{ name: 'houses', uri: 'data/houses.csv', size: 11 }],
      stages: [
        {
          name: 'build',
          status: 'succeeded',
          attempts: [{ number: 1, exitCode: 0, node: 'local', logSize: 13 }],
        },
        { name: 'train', status: 'succeeded', needs: ['build'] },
      ],
    });
    expect(succeeded).toEqual([
      expect.objectContaining({ id, version: 1, branch: 'main' }),
    ]);
    expect(signals).toContainEqual(
      expect.objectContaining({ type: 'run', runId: id }),
    );
    expect(source.reads).toHaveLength(1);

    const [{ spec, cleanups }] = executor.tasksOf('train');
    expect(spec.env).toEqual({
      CI: 'true',
      EPOCHS: '3',
      MODEL_CI_RUN_ID: id,
      MODEL_CI_STAGE: 'train',
      MODEL_CI_COMMIT: run.commit,
      MODEL_CI_BRANCH: 'main',
      MODEL_CI_PARAMS: '{}',
    });
    expect(spec.script).toBe(
      `export MODEL_CI_DATASET_HOUSES="$PWD"/'data/houses.csv'\n` +
        `printf '%s\\n' '##[model-ci.command 1/1] train' || :; train`,
    );
    expect(spec.workspace.map(({ path }) => path)).toEqual(['.', '.']);
    const [built] = executor.tasksOf('build');
    expect(built.spec.results).toEqual(['dist']);
    expect(cleanups).toBe(1);

    const log = await fixture.runs.readLog(id, 'build', {});
    expect(log).toMatchObject({ size: 13, ended: true, nextOffset: 13 });
    expect(log.data.toString()).toBe('build writes\n');
    expect([...store.blobs.values()].map(String)).toContain('build writes\n');

    expect(
      run.history
        .filter(({ stage }) => stage !== 'train')
        .map(({ subject, from, to }) => `${subject} ${from} ${to}`),
    ).toEqual([
      'run undefined queued',
      'run queued running',
      'stage undefined queued',
      'attempt undefined queued',
      'stage queued running',
      'attempt queued running',
      'attempt running succeeded',
      'stage running succeeded',
      'run running succeeded',
    ]);
  });

  it('records which tree the host gave, asking once, and none where it gives none', async () => {
    const fixture = await setUp(pipelineOf('build: { run: make }'), task =>
      task.exit(0),
    );
    const without = await ended(fixture, await fixture.start());
    expect(without.sourceTree).toBeUndefined();
    expect(without.history[1].reason).toBeUndefined();

    const tree = 'beef'.padEnd(40, '0');
    fixture.source.tree = tree;
    const run = await ended(fixture, await fixture.start());
    expect(run.sourceTree).toBe(tree);
    expect(run.history[1]).toMatchObject({
      subject: 'run',
      to: 'running',
      reason: { text: `Runs commit ${run.commit} with tree ${tree}` },
    });
  });

  it('registers no version for another branch', async () => {
    const fixture = await setUp(pipelineOf('build: { run: make }'));
    const id = await fixture.start({ ref: 'feature' });
    const run = await ended(fixture, id);
    expect(run.status).toBe('succeeded');
    expect(run.version).toBeUndefined();
  });

  it('trusts no run whose commit is not where it is said to be, and registers no version of it', async () => {
    const fixture = await setUp(pipelineOf('build: { run: make }'));
    fixture.source.isOnRef = false;
    const run = await ended(fixture, await fixture.start());
    expect(run).toMatchObject({ status: 'succeeded', isUntrusted: true });
    expect(run.untrustedReason?.code).toBe('trust.notOnRef');
    expect([run.branch, run.version]).toEqual([undefined, undefined]);
  });

  it('trusts a scheduled run where the repository has its commit on the branch, and otherwise not', async () => {
    const fixture = await setUp(pipelineOf('build: { run: make }'));
    const asked = jest.spyOn(fixture.source, 'isOn');
    const schedule: Partial<StartRunInput> = {
      ...{ trigger: 'schedule', schedule: 'nightly' },
      ...{ ref: undefined, commit: undefined },
    };
    const trusted = await ended(fixture, await fixture.start(schedule));
    expect(trusted).toMatchObject({ status: 'succeeded', branch: 'main' });
    expect(trusted.isUntrusted).toBeUndefined();
    expect(asked.mock.calls.map(call => call.slice(1, 3))).toEqual([
      [FAKE_COMMIT, { type: 'branch', name: 'main' }],
    ]);

    fixture.source.isOnRef = false;
    const own = { ...schedule, ref: 'release/2' };
    const unverified = await ended(fixture, await fixture.start(own));
    expect(unverified).toMatchObject({
      status: 'succeeded',
      isUntrusted: true,
    });
    expect(unverified.untrustedReason?.code).toBe('trust.notOnRef');
    expect(unverified.branch).toBeUndefined();
    expect(asked.mock.calls.at(1)?.[2]).toMatchObject({ name: 'release/2' });
  });

  it('asks again whether a commit was pushed, and goes on without trust in the end', async () => {
    const fixture = await setUp(pipelineOf('build: { run: make }'));
    fixture.source.isOnRef = new Error('rate limit exceeded');
    const run = await ended(fixture, await fixture.start());
    expect(run).toMatchObject({ status: 'succeeded', isUntrusted: true });
    expect(run.untrustedReason?.text).toContain('rate limit exceeded');
    expect(run.version).toBeUndefined();
  });

  it('asks nothing about a commit that was found on its branch before', async () => {
    const fixture = await setUp(pipelineOf('build: { run: make }'));
    fixture.source.isOnRef = false;
    const id = await fixture.start({ isVerified: true, commit: FAKE_COMMIT });
    const run = await ended(fixture, id);
    expect(run.isUntrusted).toBeUndefined();
  });

  it('fails a run with its errors before anything runs', async () => {
    const fixture = await setUp(
      pipelineOf('build: { run: make, needs: [nothing], colour: red }'),
    );
    const run = await ended(fixture, await fixture.start());
    expect(run.status).toBe('failed');
    expect(run.definitionErrors).toHaveLength(2);
    expect(run.reason?.text).toContain('and 1 more error');
    expect(fixture.executor.tasks.size).toBe(0);
  });

  it('names a data set that is not in the repository', async () => {
    const fixture = await setUp(pipelineOf('build: { run: make }'));
    fixture.source.files['model-pipeline.yaml'] +=
      'datasets: { houses: { uri: ./data/houses.csv } }\n';
    const run = await ended(fixture, await fixture.start());
    expect(run.definitionErrors).toEqual([
      expect.objectContaining({ path: 'datasets.houses.uri' }),
    ]);
  });

  it('refuses to deploy by itself to an environment that is not configured', async () => {
    const fixture = await setUp(pipelineOf('build: { run: make }'));
    fixture.source.files['model-pipeline.yaml'] +=
      'serving: { run: ./serve }\ndeploy: { path: [stagign, docker], automatic: [stagign] }\n';
    const run = await ended(fixture, await fixture.start());
    expect(run.status).toBe('failed');
    expect(run.definitionErrors).toEqual([
      expect.objectContaining({
        column: 48,
        path: 'deploy.automatic[0]',
        message: expect.stringContaining("did you mean 'staging'?"),
      }),
    ]);
    expect(fixture.executor.tasks.size).toBe(0);
  });

  it('reports a repository without a definition, and a branch that does not exist', async () => {
    const fixture = await setUp({ 'README.md': '' });
    const run = await ended(fixture, await fixture.start());
    expect(run.reason?.text).toContain('there is no model-pipeline.yaml');
    const gone = await ended(
      fixture,
      await fixture.start({ ref: 'gone', commit: undefined }),
    );
    expect(gone).toMatchObject({ status: 'failed' });
    expect(gone.reason?.text).toContain("There is no branch 'gone'");
  });

  it('runs a commit whose tree the host does not answer for', async () => {
    const fixture = await setUp(pipelineOf('build: { run: make }'));
    fixture.source.tree = new Error('rate limit exceeded');
    const run = await ended(fixture, await fixture.start());
    expect(run.status).toBe('succeeded');
    expect(run.sourceTree).toBeUndefined();
  });

  it('reads a source again that was out of reach, and gives up in the end', async () => {
    const fixture = await setUp(pipelineOf('build: { run: make }'), undefined, {
      sourceRetries: 2,
    });
    const { source } = fixture;
    source.failures.push(new Error('connection refused'));
    const first = await ended(fixture, await fixture.start());
    expect(first.status).toBe('succeeded');
    expect(source.reads).toHaveLength(2);

    const failures = [1, 2, 3].map(n => new Error(`connection refused ${n}`));
    source.failures.push(...failures);
    const second = await ended(fixture, await fixture.start());
    expect(second).toMatchObject({ status: 'errored', stages: [] });
    expect(second.reason?.text).toContain('in 3 tries: connection refused 3');

    const retried = await fixture.runs.retry(second.id, {
      by: 'user:default/a',
    });
    expect(retried).toMatchObject({ status: 'queued' });
    expect((await ended(fixture, second.id)).status).toBe('succeeded');
  });

  it('fails a stage by its exit code and skips what needs it', async () => {
    const fixture = await setUp(
      pipelineOf(
        'build: { run: make }',
        'lint: { run: lint, allowFailure: true }',
        'train: { run: train, needs: [build, lint] }',
      ),
      task => task.exit(task.spec.stage === 'build' ? 3 : 1),
    );
    const run = await ended(fixture, await fixture.start());
    expect(run).toMatchObject({
      status: 'failed',
      reason: {
        text: 'Stage "build" failed: The command ended with exit code 3.',
      },
      stages: [
        { name: 'build', status: 'failed', attempts: [{ exitCode: 3 }] },
        { name: 'lint', status: 'failed' },
        { name: 'train', status: 'skipped', attempts: [] },
      ],
    });
    expect(fixture.succeeded).toEqual([]);
  });

  it('fails a stage that filled its disk once, and says so', async () => {
    const fixture = await setUp(pipelineOf('build: { run: make }'), task => {
      task.write('ld: final link failed: No space left on device\n');
      task.exit(1);
    });
    const run = await ended(fixture, await fixture.start());
    expect(run.stages).toMatchObject([
      {
        status: 'failed',
        reason: { code: 'attempt.exitedDiskFull' },
        attempts: [{ exitCode: 1 }],
      },
    ]);
  });

  it('fails a stage whose report is missing', async () => {
    const fixture = await setUp(
      pipelineOf('test: { run: test, reports: { junit: junit.xml } }'),
    );
    const run = await ended(fixture, await fixture.start());
    expect(run.stages[0]).toMatchObject({ status: 'failed' });
    expect(run.stages[0].reason?.text).toContain('junit.xml');
  });

  it('makes a lost attempt good as often as the stage allows', async () => {
    const fixture = await setUp(
      pipelineOf('build: { run: make, retry: { platform: 1 } }'),
      task => task.end({ type: 'lost', reason: 'The machine was restarted.' }),
    );
    const run = await ended(fixture, await fixture.start());
    expect(run).toMatchObject({
      status: 'errored',
      stages: [
        {
          status: 'errored',
          reason: { text: 'The machine was restarted.' },
          attempts: [{ status: 'errored' }, { status: 'errored' }],
        },
      ],
    });
    expect(fixture.executor.tasks.size).toBe(2);
  });

  it('blames the stage for an InputError of submit, and the platform for the rest', async () => {
    const fixture = await setUp(
      pipelineOf('build: { run: make, retry: { platform: 0 } }'),
      undefined,
      { executorRetries: 1 },
    );
    const { failures } = fixture.executor;
    failures.submit.push(new InputError('There is no image nothing:1'));
    const blamed = await ended(fixture, await fixture.start());
    expect(blamed.stages[0]).toMatchObject({
      status: 'failed',
      reason: { text: 'There is no image nothing:1' },
    });

    failures.submit.push(new Error('engine down'));
    expect((await ended(fixture, await fixture.start())).status).toBe(
      'succeeded',
    );

    failures.submit.push(new Error('engine down'), new Error('engine down'));
    const errored = await ended(fixture, await fixture.start());
    expect(errored.stages[0]).toMatchObject({
      status: 'errored',
      reason: { text: 'The attempt could not be started: engine down' },
    });
  });

  it('takes an executor that does not answer for no end', async () => {
    const fixture = await setUp(pipelineOf('build: { run: make }'), task => {
      task.write('all of it\n');
      task.exit(0);
    });
    const { failures } = fixture.executor;
    failures.observe.push(new Error('reset'), new Error('reset'));
    failures.readLogs.push(new Error('reset'));
    const run = await ended(fixture, await fixture.start());
    expect(run.status).toBe('succeeded');
    const log = await fixture.runs.readLog(run.id, 'build', {});
    expect(log.data.toString()).toBe('all of it\n');
  });

  it('kills an attempt whose time is over', async () => {
    const executor = new FakeExecutor({ script: () => {} });
    let clock = Date.now();
    const db = await databases.init(databaseId);
    const fixture = createEngines(db, {
      files: pipelineOf('build: { run: make, timeout: 10s }'),
      executors: [executor],
      now: () => clock,
    });
    const id = await fixture.start();
    await driveUntil(
      fixture.engine,
      async () =>
        // It is known to have started: before that, its time is that of starting.
        (await db('attempts').whereNotNull('handle')).length === 1,
    );
    // Less than the lease of the attempt, which would be lost otherwise.
    clock += 11_000;
    const run = await ended(fixture, id);
    expect(run.stages[0]).toMatchObject({
      status: 'failed',
      reason: { text: expect.stringContaining('timeout of 10 seconds;') },
    });
    expect(executor.tasksOf('build')[0].cancels).toContain('timeout');
  });

  it('kills an attempt that writes too much', async () => {
    const fixture = await setUp(
      pipelineOf('build: { run: make }'),
      task => task.write('x'.repeat(2000)),
      { maxLogBytes: 1024 },
    );
    const run = await ended(fixture, await fixture.start());
    expect(run.stages[0]).toMatchObject({
      status: 'failed',
      reason: { text: expect.stringContaining('more than 1 KiB of log') },
      attempts: [{ logSize: 1024 }],
    });
  });

  it('cancels what waits at once and what runs through its executor', async () => {
    const fixture = await setUp(
      pipelineOf(
        'a: { run: a }',
        'b: { run: b, needs: [a] }',
        'c: { run: c, resources: { cpus: 1000 } }',
      ),
      () => {},
    );
    const { engine, runs, executor } = fixture;
    const id = await fixture.start();
    await driveUntil(engine, () => executor.tasksOf('a').length === 1);
    const by = 'user:default/guest';
    const cancelled = await runs.cancel(id, by);
    expect(cancelled).toMatchObject({
      status: 'running',
      stages: [
        { name: 'a', status: 'running' },
        { name: 'b', status: 'cancelled' },
        { name: 'c', status: 'cancelled' },
      ],
    });
    expect((await runs.cancel(id, by)).status).toBe('running');
    const run = await ended(fixture, id);
    expect(run).toMatchObject({
      status: 'cancelled',
      stages: [{ name: 'a', status: 'cancelled' }, {}, {}],
    });
    expect(run.history[run.history.length - 1]).toMatchObject({
      to: 'cancelled',
      by,
    });
    expect(executor.tasks.size).toBe(1);
    await expect(runs.cancel(id, by)).rejects.toThrow(
      /is 'cancelled'; only a 'queued', 'running' or 'waiting' run can be cancelled/,
    );
  });

  it('cancels a run that nobody has prepared yet', async () => {
    const fixture = await setUp(pipelineOf('a: { run: a }'));
    const id = await fixture.start();
    expect(await fixture.runs.cancel(id, 'user:default/a')).toMatchObject({
      status: 'cancelled',
    });
    expect(await fixture.engine.prepareOnce()).toBe(0);
  });

  it('retries a run from its failed stage', async () => {
    let broken = true;
    const fixture = await setUp(
      pipelineOf(
        'build: { run: make }',
        'test: { run: test, needs: [build] }',
        'train: { run: train, needs: [test] }',
      ),
      task => task.exit(broken && task.spec.stage === 'test' ? 1 : 0),
    );
    const { runs, executor } = fixture;
    const id = await fixture.start();
    expect((await ended(fixture, id)).status).toBe('failed');
    broken = false;
    await expect(
      runs.retry(id, { from: 'train', by: 'user:default/a' }),
    ).rejects.toThrow(/needs 'test', which is 'failed'; retry from 'test'/);
    await expect(
      runs.retry(id, { from: 'nothing', by: 'user:default/a' }),
    ).rejects.toThrow(/has no stage 'nothing'; its stages are 'build'/);
    await runs.retry(id, { by: 'user:default/a' });
    const run = await ended(fixture, id);
    expect(run).toMatchObject({ status: 'succeeded', version: 1 });
    expect(run.stages.map(({ attempts }) => attempts.length)).toEqual([
      1, 2, 1,
    ]);
    expect(executor.tasksOf('build')).toHaveLength(1);
    await expect(runs.retry(id, { by: 'user:default/a' })).rejects.toThrow(
      /is 'succeeded'; only a 'failed', 'errored' or 'cancelled' run/,
    );
  });

  it('retries from a stage that had passed', async () => {
    let broken = true;
    const fixture = await setUp(
      pipelineOf('build: { run: make }', 'test: { run: test, needs: [build] }'),
      task => task.exit(broken && task.spec.stage === 'test' ? 1 : 0),
    );
    const id = await fixture.start();
    await ended(fixture, id);
    broken = false;
    await fixture.runs.retry(id, { from: 'build', by: 'user:default/a' });
    const run = await ended(fixture, id);
    expect(run.stages.map(({ attempts }) => attempts.length)).toEqual([2, 2]);
  });

  it('reserves what stages ask for, and says why the others wait', async () => {
    const fixture = await setUp(
      pipelineOf(
        'a: { run: a, resources: { cpus: 2 } }',
        'b: { run: b, resources: { cpus: 2 } }',
        'c: { run: c, nodeSelector: { gpu: a100 } }',
      ),
      () => {},
    );
    const { engine, runs, nodes, executor } = fixture;
    executor.nodes = [fakeNode('local', { cpus: 3 })];
    const id = await fixture.start();
    await driveUntil(engine, () => executor.tasks.size === 1);
    await engine.claimOnce();
    expect(executor.tasks.size).toBe(1);
    expect(await nodes.list()).toMatchObject([
      { name: 'local', running: 1, reserved: { cpus: 2 } },
    ]);
    const [first] = executor.tasks.values();
    const waiting = first.spec.stage === 'a' ? 'b' : 'a';
    expect((await runs.queue({ limit: 10 })).items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          stage: waiting,
          reason: expect.objectContaining({
            text: 'local has too little free: 2 CPUs needed, 1 free',
          }),
        }),
        expect.objectContaining({
          stage: 'c',
          reason: reason('placement.noMatch', { labels: ['gpu=a100'] }),
        }),
      ]),
    );
    const { stages } = await runs.get(id);
    expect(stages.find(({ name }) => name === 'c')?.waitingFor?.text).toBe(
      'no node matches gpu=a100',
    );
    await runs.cancel(id, 'user:default/a');
    await ended(fixture, id);
    expect(await nodes.list()).toMatchObject([
      { running: 0, reserved: { cpus: 0 } },
    ]);
  });

  it('ends the others of a group where the results of one cannot be stored', async () => {
    const db = await databases.init(databaseId);
    const fixture = createEngines(db, {
      files: pipelineOf(
        ...['a', 'b', 'd'].map(
          name => `${name}: { run: a, retry: { platform: 0 } }`,
        ),
        'c: { run: c, reports: { junit: junit.xml }, retry: { platform: 0 } }',
      ),
      executors: [
        new FakeExecutor({
          script: task => {
            task.files['junit.xml'] =
              '<testsuite name="c"><testcase name="c"/></testsuite>';
            task.exit(0);
          },
        }),
      ],
      config: { collectRetryMaxMs: 20 },
    });
    await db.schema.renameTable('test_cases', 'gone');
    const id = await fixture.start();
    const statuses = async () =>
      (await fixture.runs.get(id)).stages.map(({ status }) => status);
    const others = 'succeeded succeeded succeeded running';
    // The driver may make its arrays in another realm than Jest's, with another prototype.
    await driveUntil(
      fixture.engine,
      async () => (await statuses()).join(' ') === others,
    );
    await db.schema.renameTable('gone', 'test_cases');
    const run = await ended(fixture, id);
    expect(run.status).toBe('succeeded');
    expect(
      run.history.filter(
        ({ subject, to }) => subject === 'attempt' && to === 'succeeded',
      ),
    ).toHaveLength(4);
  });

  it('announces a success again until it was heard', async () => {
    const heard: string[] = [];
    const db = await databases.init(databaseId);
    let deaf = true;
    const fixture = createEngines(db, {
      files: pipelineOf('a: { run: a }'),
      config: { leaseDurationMs: 0 },
      onRunSucceeded: async run => {
        if (deaf) {
          throw new Error('not now');
        }
        heard.push(run.id);
      },
    });
    const id = await fixture.start();
    await ended(fixture, id);
    deaf = false;
    expect(await fixture.engine.announceOnce()).toBe(1);
    expect(heard).toEqual([id]);
    expect(await fixture.engine.announceOnce()).toBe(0);
  });

  it('runs by itself once it was started, without anybody taking steps', async () => {
    const fixture = await setUp(
      pipelineOf('a: { run: a }', 'b: { run: b, needs: [a] }'),
      undefined,
      // Only wake-ups can be this fast.
      { pollIntervalMs: 60_000 },
    );
    const { engine, runs, executor } = fixture;
    await engine.start();
    const id = await fixture.start();
    await executor.started('b');
    while ((await runs.get(id)).finishedAt === undefined) {
      await new Promise(resolve => setImmediate(resolve));
    }
    await engine.stop();
    expect((await runs.get(id)).status).toBe('succeeded');
  });
});
