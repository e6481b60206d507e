import { mockServices } from '@backstage/backend-test-utils';
import type { AttemptSpec } from '@model-ci/backstage-plugin-model-ci-node';
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

  it('lost an agent, was restarted without its queue, or lost a build: says which', async () => {
    const running = await executor.submit(spec('echo ready; sleep 60'));
    await logHolds(executor, running, 'ready');
    const [build] = server.jenkins.builds.values();
    await server.jenkins.loseAgent(build.displayName.split(' on ')[1]);
    await expect(follow(executor, running)).resolves.toMatchObject({
      outcome: {
        type: 'lost',
        reason: expect.stringMatching(/agent.*agent-1/),
      },
    });

    server.jenkins.isQuiet = true;
    const queued = await executor.submit(spec('echo never'));
    server.jenkins.restart({ losesQueue: true });
    await expect(follow(executor, queued)).resolves.toMatchObject({
      outcome: { type: 'lost', reason: expect.stringContaining('queue') },
    });
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
