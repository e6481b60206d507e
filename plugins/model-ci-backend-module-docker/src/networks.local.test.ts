import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { hostname, networkInterfaces } from 'node:os';
import type { AttemptSpec } from '@model-ci/backstage-plugin-model-ci-node';
import {
  attempt,
  eventually,
  follow,
  logHolds,
} from '@model-ci/backstage-plugin-model-ci-node/testing';
import Docker from 'dockerode';
import type { EngineConfig } from './config';
import { containerName } from './containers/containerName';
import { LABELS } from './containers/labels';
import { withdrawContainer } from './containers/withdrawContainer';
import { DockerExecutor } from './DockerExecutor';
import { Engines } from './Engines';
import { createNetwork, removeNetwork } from './networks/createNetwork';
import { parseRange } from './networks/subnets';
import { Sweep } from './networks/sweep';
import { describeWithDocker, localEngine } from './testing/localEngine';

jest.setTimeout(120_000);

const HOUR_MS = 3_600_000;

describeWithDocker('networks on the local engine', () => {
  const docker = new Docker();
  const all: Engines[] = [];

  const create = (rest: Partial<EngineConfig> = {}) => {
    const engines = new Engines([localEngine(rest)]);
    all.push(engines);
    const executor = new DockerExecutor(engines);
    return { executor, engine: engines.get('docker-local') };
  };

  afterAll(async () => {
    await Promise.all(all.map(engines => engines.dispose()));
  });

  const specOf = (script: string, rest: Partial<AttemptSpec> = {}) =>
    attempt(
      {
        executor: create().executor,
        recreate: async () => create().executor,
        node: 'docker-local',
        image: 'busybox:latest',
        removeBehind: async () => {},
        remains: async () => [],
      },
      script,
      rest,
    );

  const run = async (
    { executor }: { executor: DockerExecutor },
    script: string,
    rest: Partial<AttemptSpec> = {},
  ) => {
    const handle = await executor.submit(specOf(script, rest));
    const { log } = await follow(executor, handle);
    await executor.cleanup(handle);
    return log;
  };

  const startService = async ({ executor }: { executor: DockerExecutor }) =>
    executor.services.start({
      serviceId: randomUUID(),
      deploymentId: 'deployment-1',
      pipelineRef: 'modelpipeline:default/other',
      version: 1,
      environment: 'staging',
      node: 'docker-local',
      image: 'busybox:latest',
      script: 'echo hello > index.html; exec httpd -f -p $PORT',
      port: 8080,
      env: {},
      resources: {},
      workspace: [],
      health: '/healthz',
      startupSeconds: 60,
      replicas: 1,
    });

  /** `-w` ends no connection that was made and then cut off, which `askAgain` may meet. */
  const fetchFrom = (address: string) =>
    `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | timeout 4 nc -w 2 ${address} 2> /dev/null`;

  /** Asks for a page at each address. */
  const ask = (...addresses: string[]) =>
    addresses
      .map(address => `${fetchFrom(address)} | grep hello || true; echo asked`)
      .join('\n');

  /**
   * Says of each address whether it is ever silent. Engines such as 20.10 let packets through between networks for some
   * milliseconds while they make another one, as other tests do.
   */
  const askAgain = (...addresses: string[]) =>
    addresses
      .map(
        address =>
          `for i in 1 2 3; do ${fetchFrom(
            address,
          )} | grep -q hello || { echo silent; break; }; done`,
      )
      .join('\n');

  const answerOf = async (
    { executor }: { executor: DockerExecutor },
    handle: Awaited<ReturnType<typeof startService>>,
  ) => {
    const state = await executor.services.inspect(handle);
    const url = state.type === 'running' ? state.url : state.type;
    return { url, text: await fetch(url).then(answer => answer.text()) };
  };

  it('keep a stage from the services and stages of others', async () => {
    const here = create();
    const service = await startService(here);
    const { url, text } = await eventually(
      () => answerOf(here, service).catch(() => undefined),
      'the service answers',
    );
    expect(text).toBe('hello\n');
    const neighbour = await here.executor.submit(
      specOf('echo hello > index.html; echo up; httpd -f -p 8080'),
    );
    await logHolds(here.executor, neighbour, 'up');
    const { NetworkSettings } = await docker
      .getContainer(String(service.containerId))
      .inspect();
    const [network] = Object.values(NetworkSettings.Networks);
    const other = await docker
      .getContainer(String(neighbour.networkMode).replace('container:', ''))
      .inspect();
    const [otherNetwork] = Object.values(other.NetworkSettings.Networks);
    const log = await run(
      here,
      askAgain(
        `${network.IPAddress} 8080`,
        `${otherNetwork.IPAddress} 8080`,
        `${network.Gateway} ${new URL(url).port}`,
        '127.0.0.1 8080',
      ),
    );
    expect(log).toBe('silent\n'.repeat(4));
    await here.executor.cancel(neighbour, 'cancelled');
    await follow(here.executor, neighbour);
    await here.executor.cleanup(neighbour);
    await here.executor.services.stop(service);
    await expect(
      docker.getNetwork(String(service.network)).inspect(),
    ).rejects.toMatchObject({ statusCode: 404 });
  });

  it('lead nowhere where that is configured, and services are reached all the same', async () => {
    const here = create({ egress: 'deny' });
    const server = createServer((_request, answer) => answer.end('hello\n'));
    server.listen(0, '0.0.0.0');
    await once(server, 'listening');
    const { port } = Object(server.address());
    const [address] = Object.values(networkInterfaces())
      .flatMap(found => found ?? [])
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
      .map(found => found.address);
    const toMachine = [
      `gateway=$(ip route | sed -n 's/^default via \\([0-9.]*\\).*/\\1/p')`,
      ask(`\${gateway:-127.0.0.1} ${port}`, `${address} ${port}`),
    ].join('\n');
    const logs = [await run(create(), toMachine), await run(here, toMachine)];
    server.close();
    expect(logs).toEqual(['hello\nasked\nhello\nasked\n', 'asked\nasked\n']);
    const service = await startService(here);
    await eventually(
      () =>
        answerOf(here, service).then(
          ({ text }) => text,
          () => '',
        ),
      'the service answers',
    );
    await here.executor.services.stop(service);
  });

  it('are used again once their attempt was removed', async () => {
    const here = create({ spareNetworks: 1 });
    const modes: unknown[] = [];
    for (let i = 0; i < 3; i++) {
      const handle = await here.executor.submit(specOf('true'));
      modes.push(handle.networkMode);
      await follow(here.executor, handle);
      // Another one that cleans up as well must not have it used twice
      await here.executor.cleanup(handle);
      await create().executor.cleanup(handle);
    }
    expect(new Set(modes).size).toBe(1);
  });

  it('are not kept by a process that did not make them', async () => {
    const maker = create();
    const other = create({ spareNetworks: 1 });
    const handle = await maker.executor.submit(specOf('true'));
    await follow(maker.executor, handle);
    await other.executor.cleanup(handle);
    const name = String(handle.networkMode).replace('container:', '');
    await expect(docker.getContainer(name).inspect()).rejects.toMatchObject({
      statusCode: 404,
    });
    const next = await other.executor.submit(specOf('true'));
    expect(next.networkMode).not.toBe(handle.networkMode);
    await follow(other.executor, next);
    await other.executor.cleanup(next);
  });

  it('are made anew when the engine lost them', async () => {
    const here = create();
    const handle = await here.executor.submit(specOf('true'));
    await follow(here.executor, handle);
    await here.executor.cleanup(handle);
    await docker
      .getContainer(String(handle.networkMode).replace('container:', ''))
      .kill();
    await expect(run(here, 'echo done')).resolves.toBe('done\n');
  });

  it('are left alone while an attempt is in them, and go with one that is withdrawn', async () => {
    const here = create({ spareNetworks: 1 });
    const first = specOf('true');
    const handle = await here.executor.submit(first);
    await follow(here.executor, handle);
    await here.executor.cleanup(handle);
    const spec = specOf('sleep 60');
    const { networkMode } = await here.executor.submit(spec);
    expect(networkMode).toBe(handle.networkMode);
    await expect(create().executor.submit(spec)).resolves.toMatchObject({
      networkMode,
    });
    const name = String(networkMode).replace('container:', '');
    const sweep = new Sweep(create().engine, touched => touched === name);
    for (let i = 0; i < 4; i++) {
      await sweep.run(Date.now());
    }
    await expect(docker.getContainer(name).inspect()).resolves.toMatchObject({
      Name: `/${name}`,
    });
    await create().executor.withdraw(spec);
    await expect(docker.getContainer(name).inspect()).rejects.toMatchObject({
      statusCode: 404,
    });
    await expect(docker.getNetwork(name).inspect()).rejects.toMatchObject({
      statusCode: 404,
    });
  });

  it('stay with whoever has them again, where an attempt is withdrawn while it is cleaned up', async () => {
    const { engine, executor } = create();
    const spec = specOf('true');
    const handle = await executor.submit(spec);
    const network = String(handle.networkMode).replace('container:', '');
    await follow(executor, handle);
    let calls = 0;
    const meanwhile = Object.create(engine, {
      call: {
        value: async (request: Parameters<typeof engine.call>[0]) => {
          const answer = await engine.call(request);
          // The network of the container is known, and the container is there no more
          if (++calls === 1) {
            await executor.cleanup(handle);
          }
          return answer;
        },
      },
    });
    await withdrawContainer(meanwhile, containerName(spec.attemptId));
    expect(calls).toBe(2);
    expect(engine.sandboxes.default.keeps(network)).toBe(true);
    await expect(docker.getContainer(network).inspect()).resolves.toMatchObject(
      { State: { Running: true } },
    );
  });

  it('are reported as used up, with what to do', async () => {
    const here = create({ networks: parseRange('10.233.77.0/30')! });
    await createNetwork(here.engine, 'model-ci-test-network', {
      reachable: false,
    });
    await expect(here.executor.submit(specOf('true'))).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      message: expect.stringContaining("larger range under 'networks'"),
    });
    await removeNetwork(here.engine, 'model-ci-test-network');
    await expect(run(here, 'echo done')).resolves.toBe('done\n');
  });

  it('go with whatever else a killed process left behind', async () => {
    const { engine } = create();
    const id = randomUUID();
    const name = `model-ci-net-default-${id}`;
    const dead = `${hostname()}/${process.pid}/1`;
    await createNetwork(engine, name, { reachable: false });
    const sandbox = await docker.createContainer({
      name,
      Image: 'busybox:latest',
      Cmd: ['sleep', '600'],
      Labels: { [LABELS.managed]: 'network', [LABELS.owner]: dead },
      HostConfig: { NetworkMode: name },
    });
    await createNetwork(engine, `model-ci-${id}`, { reachable: false });
    const attemptContainer = await docker.createContainer({
      name: `model-ci-${id}`,
      Image: 'busybox:latest',
      Cmd: ['true'],
      Labels: { [LABELS.managed]: 'attempt', [LABELS.attempt]: id },
    });
    // Of somebody else, with an image that has labels of ours
    const foreign = await docker.createContainer({
      name: `foreign-${id}`,
      Image: 'busybox:latest',
      Cmd: ['true'],
      Labels: { [LABELS.managed]: 'attempt', [LABELS.attempt]: `f-${id}` },
    });
    await docker.createVolume({
      Name: `model-ci-${id}-killed`,
      Labels: { [LABELS.managed]: 'kill', [LABELS.attempt]: id },
    });
    const exists = (what: { inspect(): Promise<unknown> }) =>
      what.inspect().then(
        () => true,
        () => false,
      );
    const left = async () => ({
      sandbox: await exists(sandbox),
      sandboxNetwork: await exists(docker.getNetwork(name)),
      attempt: await exists(attemptContainer),
      network: await exists(docker.getNetwork(`model-ci-${id}`)),
      note: await exists(docker.getVolume(`model-ci-${id}-killed`)),
    });
    const sweep = new Sweep(engine, touched => touched.includes(id));
    await sweep.run(Date.now());
    expect(await left()).toEqual({
      sandbox: false,
      sandboxNetwork: false,
      attempt: true,
      network: true,
      note: true,
    });
    await sweep.run(Date.now() + 2 * HOUR_MS);
    await sweep.run(Date.now() + 2 * HOUR_MS);
    expect(Object.values(await left())).toEqual(Array(5).fill(false));
    await foreign.remove();
  });

  it('of another machine go only when nobody used them for long', async () => {
    const { engine } = create();
    const name = `model-ci-net-none-${randomUUID()}`;
    const sandbox = await docker.createContainer({
      name,
      Image: 'busybox:latest',
      Cmd: ['sleep', '600'],
      Labels: { [LABELS.managed]: 'network', [LABELS.owner]: 'elsewhere/1/1' },
      HostConfig: { NetworkMode: 'none' },
    });
    const sweep = new Sweep(engine, touched => touched.startsWith(name));
    await sweep.run(Date.now());
    await expect(sandbox.inspect()).resolves.toMatchObject({
      Name: `/${name}`,
    });
    await sweep.run(Date.now());
    await expect(sandbox.inspect()).resolves.toMatchObject({
      Name: `/${name}-left`,
    });
    await sweep.run(Date.now());
    await expect(sandbox.inspect()).rejects.toMatchObject({ statusCode: 404 });
  });
});
