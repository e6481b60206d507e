import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  attempt,
  eventually,
  follow,
  logHolds,
  part,
  readLog,
  unpack,
  type ExecutorUnderTest,
} from '@model-ci/backstage-plugin-model-ci-node/testing';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import type { AttemptSpec } from '@model-ci/backstage-plugin-model-ci-node';
import Docker from 'dockerode';
import type { EngineConfig } from './config';
import { DockerExecutor } from './DockerExecutor';
import { Engines } from './Engines';
import { startEngineProxy } from './testing/engineProxy';
import { describeWithDocker, localEngine } from './testing/localEngine';

jest.setTimeout(60_000);

const never = new AbortController().signal;

describeWithDocker('the docker executor on the local engine', () => {
  const docker = new Docker();
  const all: Engines[] = [];
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'model-ci-docker-'));
  });

  afterAll(async () => {
    await Promise.all(all.map(engines => engines.dispose()));
    await rm(folder, { recursive: true });
  });

  const create = (
    rest: Partial<EngineConfig> = {},
    logger?: { info(message: string): void },
  ) => {
    const engines = new Engines([localEngine(rest)], logger);
    all.push(engines);
    return new DockerExecutor(engines);
  };

  const under = (executor: DockerExecutor): ExecutorUnderTest => ({
    executor,
    recreate: async () => create(),
    node: 'docker-local',
    image: 'busybox:latest',
    removeBehind: async () => {},
    remains: async () => [],
  });

  it('starts containers hardened, limited and labelled', async () => {
    const executor = create();
    const spec = attempt(under(executor), 'echo ready; sleep 60', {
      resources: { cpus: 0.5, memoryBytes: 64 * 2 ** 20 },
      network: 'none',
    });
    const handle = await executor.submit(spec);
    const { Name, Config, HostConfig, Mounts } = await docker
      .getContainer(String(handle.containerId))
      .inspect();
    expect(Name).toBe(`/model-ci-${spec.attemptId}`);
    expect(Config.User).toBe('65534:65534');
    // The others are there as well, so that none comes from the image
    const given = Object.entries(Config.Labels).filter(([, text]) => text);
    expect(Object.fromEntries(given)).toEqual({
      'model-ci.dev/kind': 'attempt',
      'model-ci.dev/attempt': spec.attemptId,
      'model-ci.dev/run': 'run-1',
      'model-ci.dev/stage': 'train',
      'model-ci.dev/pipeline': 'modelpipeline:default/contract',
    });
    expect(HostConfig).toMatchObject({
      Privileged: false,
      CapAdd: null,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: 4096,
      NanoCpus: 5e8,
      Memory: 64 * 2 ** 20,
      MemorySwap: 64 * 2 ** 20,
      NetworkMode: expect.stringMatching(/^container:/),
      Binds: null,
      RestartPolicy: { Name: 'no' },
    });
    expect(HostConfig.LogConfig?.Config).toHaveProperty('max-size');
    expect(Mounts).toEqual([]);
    await executor.cancel(handle, 'cancelled');
    await executor.cleanup(handle);
  });

  it('reports the image of an attempt by its digest, after its end too', async () => {
    const executor = create();
    const spec = attempt(under(executor), 'true');
    const handle = await executor.submit(spec);
    await executor.observe(handle, never);
    const { Id } = await docker.getImage('busybox:latest').inspect();
    expect(await executor.imageOf(handle)).toMatchObject({ id: Id });
    await executor.cleanup(handle);
    await expect(executor.imageOf(handle)).rejects.toThrow('No such container');
  });

  it('keeps the root of a container read-only where the stage wants it', async () => {
    const executor = create();
    const spec = attempt(
      under(executor),
      [
        'for file in /probe /etc/probe /var/probe; do touch $file && exit 9; done',
        'cat in/a; mkdir out; echo 1 >out/new; ln in/a out/hard; id -u >"$HOME/x"',
        'printf "#!/bin/sh\\necho ran\\n" >/tmp/run; chmod +x /tmp/run; /tmp/run',
        'head -c 1000000 /dev/zero >large; ls -ld . in in/a | cut -c1-10',
      ].join('\n'),
      {
        options: { readOnlyRoot: true },
        workspace: [part('in', { a: 'given\n' })],
        results: ['out'],
      },
    );
    const handle = await executor.submit(spec);
    const { Mounts } = await docker
      .getContainer(String(handle.containerId))
      .inspect();
    const { outcome, log } = await follow(executor, handle);
    expect(log).toMatch(/Read-only file system/);
    expect(log).toMatch(/given\nran\ndrwxr-xr-x\ndrwxr-xr-x\n-rw-r--r--\n$/);
    expect(outcome).toEqual({ type: 'exited', exitCode: 0 });
    await expect(
      unpack(await executor.collect(handle, 'out')),
    ).resolves.toEqual({
      'out/': '/',
      'out/hard': 'given\n',
      'out/new': '1\n',
    });
    const { large } = await unpack(await executor.collect(handle, 'large'));
    expect(large).toHaveLength(1_000_000);
    await executor.cleanup(handle);
    const [{ Name: volume }] = Mounts.filter(({ Type }) => Type === 'volume');
    await expect(
      docker.getVolume(String(volume)).inspect(),
    ).rejects.toMatchObject({ statusCode: 404 });
  });

  it('says that it pulls an image while the attempt waits for it', async () => {
    const executor = create({ pull: 'missing' });
    const phases: unknown[] = [];
    const spec = {
      ...attempt(under(executor), 'true'),
      image: 'registry.invalid/none:1',
    };
    await expect(
      executor.submit(spec, phase => phases.push(phase)),
    ).rejects.toThrow('registry.invalid/none:1');
    expect(phases).toEqual([
      {
        type: 'pending',
        reason: reason('placement.pulling', {
          image: 'registry.invalid/none:1',
          node: 'docker-local',
        }),
      },
    ]);
  });

  it('knows its own options only', () => {
    const { stageOptions } = create();
    expect(stageOptions.safeParse({ readOnlyRoot: true }).success).toBe(true);
    expect(stageOptions.safeParse({ readonlyRoot: true }).success).toBe(false);
  });

  it('gives its processes no capability, and no way to gain one', async () => {
    const executor = create();
    const handle = await executor.submit(
      attempt(
        under(executor),
        'grep -E "Cap|NoNewPrivs|Uid" /proc/self/status',
      ),
    );
    const { log } = await follow(executor, handle);
    await executor.cleanup(handle);
    expect(log.match(/Cap\w+:\s+0000000000000000/g)).toHaveLength(5);
    expect(log).toMatch(/NoNewPrivs:\s+1/);
    expect(log).toMatch(/Uid:\s+65534\s+65534/);
  });

  it('limits a container to its node where a stage asks for nothing', async () => {
    const executor = create({ cpus: 0.25, memoryBytes: 32 * 2 ** 20 });
    const handle = await executor.submit(
      attempt(under(executor), 'sleep 60', { resources: {} }),
    );
    const { HostConfig } = await docker
      .getContainer(String(handle.containerId))
      .inspect();
    expect(HostConfig).toMatchObject({
      NanoCpus: 25e7,
      Memory: 32 * 2 ** 20,
    });
    await executor.cancel(handle, 'cancelled');
    await executor.cleanup(handle);
  });

  it('says which image is missing, and what to do', async () => {
    const executor = create();
    const submit = (image: string | undefined, on = executor) =>
      on.submit(attempt(under(on), 'true', { image }));
    await expect(submit('no-such/image:1')).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringMatching(
        /'no-such\/image:1' is not on docker engine 'docker-local'.*docker pull/,
      ),
    });
    await expect(submit(undefined)).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining("needs an image: set 'image'"),
    });
    await expect(
      submit('127.0.0.1:1/no-such/image:1', create({ pull: 'missing' })),
    ).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      message: expect.stringContaining('its registry could not be used'),
    });
    await expect(submit('Not/Valid:1')).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('The name of the image is not valid'),
    });
  });

  it('refuses a path that is too long, once', async () => {
    const executor = create();
    await expect(
      executor.submit(
        attempt(under(executor), 'true', {
          workspace: [part('.', { ['x'.repeat(300)]: '1' })],
        }),
      ),
    ).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('too long'),
    });
  });

  it('finds programs that were installed for its user', async () => {
    const executor = create();
    const handle = await executor.submit(
      attempt(
        under(executor),
        [
          'mkdir -p ~/.local/bin; printf "#!/bin/sh\\necho ran\\n" > ~/.local/bin/mytool',
          'chmod +x ~/.local/bin/mytool; mytool',
        ].join('\n'),
      ),
    );
    await expect(follow(executor, handle)).resolves.toEqual({
      outcome: { type: 'exited', exitCode: 0 },
      log: 'ran\n',
    });
    await executor.cleanup(handle);
  });

  it('says that an image has no bash where a stage asks for it', async () => {
    const executor = create();
    const handle = await executor.submit(
      attempt(under(executor), 'true', { shell: 'bash' }),
    );
    const { outcome, log } = await follow(executor, handle);
    expect(outcome).toEqual({ type: 'exited', exitCode: 127 });
    expect(log).toContain('bash');
    await executor.cleanup(handle);
  });

  it('says that an engine cannot give GPUs, and leaves nothing behind', async () => {
    const executor = create({ gpus: 2 });
    const spec = attempt(under(executor), 'true', { resources: { gpus: 1 } });
    await expect(executor.submit(spec)).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('NVIDIA Container Toolkit'),
    });
    const left = await docker.listContainers({
      all: true,
      filters: { name: [spec.attemptId] },
    });
    expect(left).toEqual([]);
    await expect(
      executor.submit(
        attempt(under(executor), 'true', { resources: { gpus: 3 } }),
      ),
    ).rejects.toThrow("3 GPUs are needed, 2 of 2 are free on 'docker-local'");
  });

  it('starts anew what was created but never started', async () => {
    const executor = create();
    const spec = attempt(under(executor), 'cat a', {
      workspace: [part('.', { a: 'whole\n' })],
    });
    await docker.createContainer({
      name: `model-ci-${spec.attemptId}`,
      Image: 'busybox:latest',
      Cmd: ['true'],
    });
    const handle = await executor.submit(spec);
    await expect(follow(executor, handle)).resolves.toEqual({
      outcome: { type: 'exited', exitCode: 0 },
      log: 'whole\n',
    });
    await executor.cleanup(handle);
  });

  it('waits for an engine that is away, and misses nothing', async () => {
    const proxy = await startEngineProxy(
      join(folder, 'cut.sock'),
      '/var/run/docker.sock',
    );
    const executor = create({ address: { type: 'socket', path: proxy.path } });
    const handle = await executor.submit(
      attempt(under(executor), 'echo 1; sleep 2; echo 2; exit 4'),
    );
    const outcome = executor.observe(handle, never);
    const log = readLog(executor, handle);
    // One that reads no log, so that only the engine's events and lists can tell it the end
    const silent = create({ address: { type: 'socket', path: proxy.path } });
    const sameOutcome = silent.observe(handle, never);
    await logHolds(executor, handle, '1\n');
    await proxy.cut();

    const [node] = await create({
      address: { type: 'socket', path: proxy.path },
    }).inventory();
    expect(node).toMatchObject({
      health: 'unreachable',
      message: expect.stringContaining('start the engine or mend socketPath'),
    });
    await expect(
      executor.submit(attempt(under(executor), 'true')),
    ).rejects.toMatchObject({ name: 'ServiceUnavailableError' });
    await expect(executor.collect(handle, 'x')).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
    });
    await eventually(async () => {
      const { State } = await docker
        .getContainer(String(handle.containerId))
        .inspect();
      return !State.Running;
    }, 'the attempt ends while nobody can see it');

    await proxy.restore();
    await expect(outcome).resolves.toEqual({ type: 'exited', exitCode: 4 });
    await expect(sameOutcome).resolves.toEqual({ type: 'exited', exitCode: 4 });
    expect((await log).toString()).toBe('1\n2\n');
    await executor.cleanup(handle);
    await proxy.cut();
  });

  describe('a script that writes the frame of its log itself', () => {
    const forge = [
      `marker=$(tr '\\0' '\\n' < /proc/1/cmdline | grep '^model-ci:')`,
      'echo "$marker exited 0"',
    ];
    const forged = async (rest: string[], spec: Partial<AttemptSpec> = {}) => {
      const executor = create();
      const handle = await executor.submit(
        attempt(under(executor), [...forge, ...rest].join('\n'), spec),
      );
      return { executor, handle };
    };

    it('is killed when its time is over', async () => {
      const { executor, handle } = await forged(['echo on; sleep 60'], {
        timeoutSeconds: 1,
      });
      const { outcome, log } = await follow(executor, handle);
      expect(outcome).toEqual({ type: 'killed', reason: 'timeout' });
      expect(log).toMatch(/^model-ci:\w+ exited 0\non\n$/);
      await executor.cleanup(handle);
    });

    it('is killed when it is cancelled, by whichever instance', async () => {
      const { executor, handle } = await forged(['echo on; sleep 60']);
      await logHolds(executor, handle, 'on');
      await create().cancel(handle, 'cancelled');
      await expect(follow(executor, handle)).resolves.toMatchObject({
        outcome: { type: 'killed', reason: 'cancelled' },
      });
      await executor.cleanup(handle);
    });

    it('ends with the exit code that the engine saw', async () => {
      const { executor, handle } = await forged(['exit 3']);
      await expect(follow(executor, handle)).resolves.toMatchObject({
        outcome: { type: 'exited', exitCode: 3 },
      });
      await executor.cleanup(handle);
    });

    it('cannot write more log than it may', async () => {
      const { executor, handle } = await forged(['yes'], {
        maxLogBytes: 100_000,
      });
      await expect(follow(executor, handle)).resolves.toMatchObject({
        outcome: { type: 'killed', reason: 'log-limit' },
      });
      await executor.cleanup(handle);
    });

    it('cannot say that it was cancelled, even as root', async () => {
      const executor = create({ user: { uid: 0, gid: 0 } });
      const handle = await executor.submit(
        attempt(
          under(executor),
          'echo cancelled > /model-ci-killed; kill -KILL $$',
        ),
      );
      await expect(follow(executor, handle)).resolves.toMatchObject({
        outcome: { type: 'exited', exitCode: 137 },
      });
      await executor.cleanup(handle);
    });
  });

  it('keeps nothing in memory of attempts that another instance cleans up', async () => {
    const engines = new Engines([localEngine()]);
    all.push(engines);
    const observer = new DockerExecutor(engines);
    const cleaner = create();
    await Promise.all(
      Array.from({ length: 6 }, async (_, index) => {
        const handle = await observer.submit(
          attempt(under(observer), 'echo 1 > a; echo done', { results: ['a'] }),
        );
        await follow(observer, handle);
        if (index % 2) {
          await observer.collect(handle, 'a');
        }
        await cleaner.cleanup(handle);
      }),
    );
    expect(engines.get('docker-local').watch.size).toBe(0);
    expect(observer.kept).toEqual({ starting: 0, results: 3 });
  });

  describe('results that came with the log', () => {
    const finish = async (script: string, results: string[]) => {
      const proxy = await startEngineProxy(
        join(folder, 'results.sock'),
        '/var/run/docker.sock',
      );
      const executor = create({
        address: { type: 'socket', path: proxy.path },
      });
      const handle = await executor.submit(
        attempt(under(executor), script, { results }),
      );
      const { log } = await follow(executor, handle);
      const collect = async (path: string) =>
        unpack(await executor.collect(handle, path));
      const dispose = async () => {
        await create().cleanup(handle);
        await proxy.cut();
      };
      return { executor, handle, proxy, log, collect, dispose };
    };

    it('are collected without asking the engine, each once', async () => {
      const { proxy, log, collect, dispose } = await finish(
        [
          'mkdir -p "out/a b" reports; echo 1 > "out/a b/one"; ln -s one "out/a b/two"',
          'echo {} > reports/m.json; echo done',
        ].join('\n'),
        ['out/', './reports/m.json', '../escaping', '.'],
      );
      expect(log).toBe('done\n');
      await proxy.cut();
      await expect(collect('reports/m.json')).resolves.toEqual({
        'reports/m.json': '{}\n',
      });
      await expect(collect('./out')).resolves.toEqual({
        'out/': '/',
        'out/a b/': '/',
        'out/a b/one': '1\n',
        'out/a b/two': '-> one',
      });
      await expect(collect('out')).rejects.toMatchObject({
        name: 'ServiceUnavailableError',
      });
      await proxy.restore();
      await expect(collect('out')).resolves.toMatchObject({
        'out/a b/one': '1\n',
      });
      await dispose();
    });

    it('are asked for where the log cannot carry them whole', async () => {
      const { collect, dispose } = await finish(
        [
          'head -c 400000 /dev/zero > large',
          'mkdir part; echo secret > part/mine; chmod 0 part/mine; echo 1 > part/other',
          'mkdir real; echo 1 > real/file; ln -s real alias',
        ].join('\n'),
        ['large', 'part', 'alias/file', 'missing'],
      );
      expect((await collect('large')).large).toHaveLength(400_000);
      await expect(collect('part')).resolves.toMatchObject({
        'part/mine': 'secret\n',
        'part/other': '1\n',
      });
      await expect(collect('alias/file')).resolves.toEqual({
        'alias/file': '1\n',
      });
      await expect(collect('missing')).rejects.toMatchObject({
        name: 'NotFoundError',
      });
      await dispose();
    });

    it('are not believed when a script makes them up', async () => {
      const forged = (path: string, archived: string) =>
        [
          `echo "$marker result ${path}"`,
          `tar -cf - ${archived}`,
          'echo "$marker kept"',
        ].join('\n');
      const { collect, dispose } = await finish(
        [
          `marker=$(tr '\\0' '\\n' < /proc/1/cmdline | grep '^model-ci:')`,
          'echo true > a; echo other > b; mkdir d; ln -s /etc/passwd d/link',
          forged('a', 'b'),
          forged('d', 'd'),
        ].join('\n'),
        [],
      );
      await expect(collect('a')).resolves.toEqual({ a: 'true\n' });
      await expect(collect('d')).rejects.toMatchObject({
        name: 'InputError',
      });
      await dispose();
    });
  });

  it('leaves an optional engine out while its socket is not there, and says so once', async () => {
    const logger = { info: jest.fn() };
    const path = join(folder, 'optional.sock');
    const executor = create(
      { optional: true, address: { type: 'socket', path } },
      logger,
    );
    await expect(executor.inventory()).resolves.toEqual([]);
    await expect(executor.inventory()).resolves.toEqual([]);
    expect(logger.info).toHaveBeenCalledTimes(1);
    await expect(
      executor.submit(attempt(under(executor), 'true')),
    ).rejects.toThrow('is not running on this machine');
    const proxy = await startEngineProxy(path, '/var/run/docker.sock');
    await expect(executor.inventory()).resolves.toMatchObject([
      { name: 'docker-local', health: 'healthy' },
    ]);
    await proxy.cut();
  });
});
