import { mockServices } from '@backstage/backend-test-utils';
import {
  deferred,
  type AttemptSpec,
} from '@model-ci/backstage-plugin-model-ci-node';
import {
  attempt,
  eventually,
  follow,
  logHolds,
  TransferServer,
} from '@model-ci/backstage-plugin-model-ci-node/testing';
import { readControllerConfigs } from './config';
import { Controller } from './Controller';
import { JenkinsExecutor } from './JenkinsExecutor';
import { startBuild } from './startBuild';
import type { JenkinsServer } from './testing/JenkinsServer';
import { configFor, executorOf, startJenkins } from './testing/testbed';

describe('the executor, when Jenkins', () => {
  let server: JenkinsServer;
  let transfers: TransferServer;
  let executor: JenkinsExecutor;

  beforeAll(async () => {
    transfers = await TransferServer.start();
  });

  afterAll(async () => {
    await transfers.stop();
  });

  beforeEach(async () => {
    server = await startJenkins();
    executor = executorOf(server);
  });

  afterEach(async () => {
    await server.stop();
  });

  const spec = (script: string, rest: Partial<AttemptSpec> = {}) =>
    attempt(
      {
        ...{ executor, transfers, node: 'ci' },
        recreate: async () => executor,
        removeBehind: async () => {},
        remains: async () => [],
      },
      script,
      rest,
    );

  const run = async (script: string, by = executor) =>
    await follow(by, await by.submit(spec(script)));

  it('wants crumbs of those who have a password, renews them with the session', async () => {
    const withPassword = new JenkinsExecutor([
      new Controller(
        configFor(server, { token: undefined, password: server.password }),
      ),
    ]);
    await expect(run('echo one', withPassword)).resolves.toMatchObject({
      log: 'one\n',
    });
    server.endSessions();
    await expect(run('echo two', withPassword)).resolves.toMatchObject({
      log: 'two\n',
    });
  });

  it('would drop a parameter, starts nothing and names it', async () => {
    server.jenkins.declared = ['MODEL_CI_LABEL', 'MODEL_CI_PLAN'];
    await expect(executor.submit(spec('true'))).rejects.toThrow(
      'MODEL_CI_ATTEMPT',
    );
    expect(server.jenkins.builds.size).toBe(0);
  });

  it('lost an agent: says which', async () => {
    const running = await executor.submit(spec('echo ready; sleep 60'));
    await logHolds(executor, running, 'ready');
    const [build] = server.jenkins.builds.values();
    await server.jenkins.loseAgent(build.displayName.split(' on ')[1]);
    await expect(follow(executor, running)).resolves.toMatchObject({
      outcome: {
        type: 'lost',
        reason: {
          code: 'jenkins.lostAgent',
          text: expect.stringMatching(/agent.*agent-1/),
        },
      },
    });
  });

  it('was restarted without its queue: says so', async () => {
    server.jenkins.isQuiet = true;
    const queued = await executor.submit(spec('echo never'));
    server.jenkins.restart({ losesQueue: true });
    await expect(follow(executor, queued)).resolves.toMatchObject({
      outcome: { type: 'lost', reason: { code: 'jenkins.lostItem' } },
    });
  });

  it('lost a build: says which', async () => {
    const handle = await executor.submit(spec('echo ready; sleep 60'));
    await logHolds(executor, handle, 'ready');
    const [build] = server.jenkins.builds.values();
    await build.killProcesses();
    server.jenkins.builds.delete(build.number);
    await expect(
      executor.observe(handle, new AbortController().signal),
    ).resolves.toMatchObject({
      type: 'lost',
      reason: {
        code: 'jenkins.lostBuild',
        parameters: { build: expect.stringMatching(/\/1$/) },
      },
    });
  });

  it('merges what two backends ask for at once, gives both the same item', async () => {
    server.jenkins.isQuiet = true;
    const controllers = [1, 2].map(() => new Controller(configFor(server)));
    await controllers[0].prepare();
    const bothLooked = deferred();
    let looks = 0;
    const started = await Promise.all(
      controllers.map(controller =>
        startBuild(controller, 'twice', async () => {
          looks++;
          if (looks === 2) {
            bothLooked.resolve();
          }
          await bothLooked.promise;
          return { label: 'linux', plan: '' };
        }),
      ),
    );
    const [item] = server.jenkins.queue;
    expect(started).toEqual([{ queueId: item.id }, { queueId: item.id }]);
    expect(server.jenkins.queue).toHaveLength(1);
    expect(
      server.calls.filter(call => call.endsWith('buildWithParameters')),
    ).toHaveLength(2);
  });

  it('is restarted, goes on with what runs and what is queued', async () => {
    const running = await executor.submit(spec('echo ready; sleep 1; echo on'));
    await logHolds(executor, running, 'ready');
    server.jenkins.isQuiet = true;
    const queued = await executor.submit(spec('echo late'));
    server.jenkins.isDown = true;
    const ended = Promise.all([
      follow(executor, running),
      follow(executor, queued),
    ]);
    const asked = server.calls.length;
    await eventually(() => server.calls.length > asked, 'it was asked');
    server.jenkins.isDown = false;
    server.jenkins.restart();
    await expect(ended).resolves.toEqual([
      { outcome: { type: 'exited', exitCode: 0 }, log: 'ready\non\n' },
      { outcome: { type: 'exited', exitCode: 0 }, log: 'late\n' },
    ]);
  });

  it('shows the console, has neither credentials nor signed URLs in it, and takes no line of a stage for its own', async () => {
    const script = [
      'echo "model-ci:open:x:y"; echo "model-ci:x:end:z:exited:0"',
      'printf "Finished: SUCCESS\\nAborted by somebody\\n"; exit 4',
    ].join('\n');
    const handle = await executor.submit(
      spec(`echo x > out\n${script}`, { results: ['out'] }),
    );
    const { outcome, log } = await follow(executor, handle);
    expect(outcome).toEqual({ type: 'exited', exitCode: 4 });
    expect(log).toBe(
      'model-ci:open:x:y\nmodel-ci:x:end:z:exited:0\nFinished: SUCCESS\nAborted by somebody\n',
    );
    const [build] = server.jenkins.builds.values();
    expect(build.log.toString()).not.toMatch(/http:\/\//);
    expect(build.log.toString()).not.toContain(server.token);
    await expect(executor.collect(handle, 'out')).resolves.toMatchObject({
      digest: expect.stringMatching(/^sha256:/),
    });
  });

  it('has two builds for an attempt, follows the older one, which alone runs', async () => {
    const one = spec('echo once; sleep 1');
    const handle = await executor.submit(one);
    const twin = { MODEL_CI_ATTEMPT: one.attemptId, MODEL_CI_LABEL: 'linux' };
    await eventually(() => server.jenkins.builds.size === 1, 'it begins');
    server.jenkins.schedule({ ...twin, MODEL_CI_PLAN: '' });
    await expect(follow(executor, handle)).resolves.toMatchObject({
      log: 'once\n',
    });
    const starts = [...server.jenkins.builds.values()].map(
      ({ starts: n }) => n,
    );
    expect(starts).toEqual([1, 0]);
    await executor.cleanup(handle);
    expect(server.jenkins.builds.size).toBe(0);
  });

  it('does not answer, has an agent offline, or none: the nodes say so', async () => {
    server.jenkins.agents[0].offline = 'Disconnected by admin';
    const [offline] = await executor.inventory();
    expect(offline).toMatchObject({ health: 'healthy' });
    expect(offline.message).toContain('agent-1 is offline (Disconnected');
    server.jenkins.agents.splice(0);
    const [none] = await executor.inventory();
    expect(none.message).toContain('no agents');
    server.jenkins.isDown = true;
    const [down] = await executor.inventory();
    expect(down.health).toBe('unreachable');
    expect(down.message).toContain('503');
    expect(down.message).not.toContain('<');
  });
});

describe('the executor, when Jenkins has forgotten what left the queue', () => {
  const MINUTE = 60_000;
  let now: number;
  let server: JenkinsServer;
  let transfers: TransferServer;

  beforeEach(async () => {
    now = Date.now();
    server = await startJenkins(() => now);
    transfers = await TransferServer.start();
  });

  afterEach(async () => {
    await server.stop();
    await transfers.stop();
  });

  const submit = async (executor: JenkinsExecutor, script: string) =>
    await executor.submit(
      attempt(
        {
          ...{ executor, transfers, node: 'ci' },
          recreate: async () => executor,
          removeBehind: async () => {},
          remains: async () => [],
        },
        script,
      ),
    );

  it('goes on with its build', async () => {
    const handle = await submit(executorOf(server), 'echo on; exit 3');
    await eventually(() => server.jenkins.queue.length === 0, 'it begins');
    now += 6 * MINUTE;
    await expect(follow(executorOf(server), handle)).resolves.toEqual({
      outcome: { type: 'exited', exitCode: 3 },
      log: 'on\n',
    });
  });

  it.each([
    [4, { type: 'killed', reason: 'cancelled' }],
    [6, { type: 'lost', reason: { code: 'jenkins.lostItem' } }],
  ])(
    'says what is known of one that was taken out of it %d minutes ago',
    async (minutes, outcome) => {
      server.jenkins.isQuiet = true;
      const executor = executorOf(server);
      const handle = await submit(executor, 'echo never');
      server.jenkins.cancelItem(server.jenkins.queue[0].id);
      now += minutes * MINUTE;
      await expect(follow(executor, handle)).resolves.toMatchObject({
        outcome,
      });
    },
  );
});

describe('the executor of several controllers', () => {
  it('runs each attempt on the one that has its node, and asks the others nothing', async () => {
    const servers = [await startJenkins(), await startJenkins()];
    const transfers = await TransferServer.start();
    const names = ['north', 'south'];
    const executor = new JenkinsExecutor(
      servers.map((server, index) => {
        const { nodes } = configFor(server);
        const name = names[index];
        return new Controller(
          configFor(server, { name, nodes: [{ ...nodes[0], name }] }),
        );
      }),
    );
    const nodes = await executor.inventory();
    expect(nodes.map(({ name }) => name)).toEqual(names);
    for (const [index, node] of names.entries()) {
      const common = {
        recreate: async () => executor,
        removeBehind: async () => {},
        remains: async () => [],
      };
      const handle = await executor.submit(
        attempt({ ...common, executor, transfers, node }, `echo ${node}`),
      );
      await expect(follow(executor, handle)).resolves.toMatchObject({
        log: `${node}\n`,
      });
      expect(servers.map(({ jenkins }) => jenkins.builds.size)).toEqual(
        servers.map((_, other) => (other === index ? 1 : 0)),
      );
      await executor.cleanup(handle);
    }
    // One that is away keeps nobody from the other
    servers[0].jenkins.isDown = true;
    const healths = (await executor.inventory()).map(({ health }) => health);
    expect(healths).toEqual(['unreachable', 'healthy']);
    await Promise.all(servers.map(server => server.stop()));
    await transfers.stop();
  });
});

it('refuses a config without credentials, and names its key', () => {
  const jenkins = {
    controllers: [
      { name: 'ci', url: 'http://ci', user: 'u', nodes: [{ label: '' }] },
    ],
  };
  expect(() =>
    readControllerConfigs(
      mockServices.rootConfig({
        data: { modelCi: { executors: { jenkins } } },
      }),
    ),
  ).toThrow(/controllers\[0\].*token.*password/);
});
