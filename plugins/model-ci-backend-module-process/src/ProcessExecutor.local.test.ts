import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import {
  attempt,
  eventually,
  follow,
  logHolds,
  part,
  processAlive,
  uniqueSeconds,
  type ExecutorUnderTest,
} from '@model-ci/backstage-plugin-model-ci-node/testing';
import { ProcessExecutor } from './ProcessExecutor';
import { identify } from './processes/identity';

jest.setTimeout(60_000);

const never = new AbortController().signal;

describe('the process executor', () => {
  let directory: string;
  let executor: ProcessExecutor;

  const create = () =>
    new ProcessExecutor({
      directory,
      node: {
        name: 'local',
        labels: {},
        capacity: { cpus: 4, memoryBytes: 2 ** 33 },
      },
    });

  const under = (): ExecutorUnderTest => ({
    executor,
    recreate: async () => create(),
    node: 'local',
    removeBehind: async () => {},
    remains: async () => [],
  });

  const fileOf = (id: string, name: string) =>
    join(directory, 'attempts', id, name);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'model-ci-process-'));
    executor = create();
  });

  afterAll(async () => {
    await rm(directory, { recursive: true });
  });

  it('starts although a stage has written what nobody can read where its start is noted', async () => {
    for (const [id, file] of [
      ['forged-start', 'started'],
      ['forged-plan', 'plan'],
    ]) {
      await mkdir(fileOf(id, 'workspace'), { recursive: true });
      await writeFile(fileOf(id, file), 'x\n');
    }
    const left: string[] = [];
    expect(
      await create().sweep(Date.now(), folder => left.push(basename(folder))),
    ).toBe(0);
    expect(left.sort()).toEqual(['forged-plan', 'forged-start']);
    expect((await readdir(join(directory, 'attempts'))).sort()).toEqual(left);
    await rm(fileOf('forged-plan', '.'), { recursive: true });
    await rm(fileOf('forged-start', '.'), { recursive: true });
  });

  it('removes folders in which a backend was killed before it could start anything', async () => {
    const HOUR = 60 * 60_000;
    const running = attempt(under(), 'sleep 60');
    const handle = await executor.submit(running);
    const { supervisor } = JSON.parse(JSON.stringify(handle));
    const dead = { ...supervisor, start: '1' };
    const make = async (id: string, plan?: object) => {
      await mkdir(fileOf(id, 'workspace'), { recursive: true });
      await writeFile(fileOf(id, 'workspace/half'), 'half');
      if (plan) {
        await writeFile(fileOf(id, 'plan'), `${JSON.stringify(plan)}\n`);
      }
    };
    await make('killed', { starter: dead });
    await make('preparing', { starter: identify(process.pid) });
    await make('unplanned');
    await make('removed-by-one-that-was-killed');
    await make('draft-1-MQ.of-one-that-was-killed');
    await mkdir(join(directory, 'services', 'killed-too'), { recursive: true });
    const remaining = async (folder: string) =>
      (await readdir(join(directory, folder))).sort();

    expect(await create().sweep(Date.now())).toBe(3);
    expect(await remaining('attempts')).toEqual(
      ['preparing', running.attemptId, 'unplanned'].sort(),
    );
    expect(await create().sweep(Date.now() + 2 * HOUR)).toBe(2);
    expect(await remaining('attempts')).toEqual(
      ['preparing', running.attemptId].sort(),
    );
    expect(await remaining('services')).toEqual([]);

    await rm(fileOf('preparing', '.'), { recursive: true });
    await executor.cancel(handle, 'cancelled');
    await executor.cleanup(handle);
  });

  it('withdraws what runs although nothing in its folder shows it', async () => {
    const seconds = uniqueSeconds();
    const spec = attempt(under(), `sleep ${seconds}`);
    await executor.submit(spec);
    await eventually(
      () => stat(fileOf(spec.attemptId, 'pid')).catch(() => undefined),
      'it runs',
    );
    for (const name of ['started', 'pid', 'plan']) {
      await rm(fileOf(spec.attemptId, name));
    }
    await create().withdraw(spec);
    expect(await processAlive(`sleep ${seconds}`)).toBe(false);
    await expect(stat(fileOf(spec.attemptId, '.'))).rejects.toThrow('ENOENT');
  });

  it('finds an attempt of a backend that was killed, with every line of its log', async () => {
    const id = randomUUID();
    const script =
      'i=0; while [ $i -lt 30 ]; do echo $i; i=$((i+1)); sleep 0.1; done; exit 3';
    const backend = spawn(
      process.execPath,
      [
        '--require',
        require.resolve('@backstage/cli/config/nodeTransform.cjs'),
        join(__dirname, 'testing', 'submitAndWait.ts'),
        ...['--directory', directory, '--id', id, '--script', script],
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = await once(backend.stdout, 'data');
    const handle = JSON.parse(String(line));
    await logHolds(executor, handle, '2\n');
    backend.kill('SIGKILL');
    await once(backend, 'exit');

    const again = await executor.submit({
      ...attempt(under(), script),
      attemptId: id,
    });
    expect(again.supervisor).toEqual(handle.supervisor);
    await expect(follow(executor, handle)).resolves.toEqual({
      outcome: { type: 'exited', exitCode: 3 },
      log: Array.from({ length: 30 }, (_, i) => `${i}\n`).join(''),
    });
    await executor.cleanup(handle);
  });

  it('keeps both limits while no backend is there', async () => {
    const [loud, long] = [
      attempt(under(), 'while true; do echo y; done', { maxLogBytes: 10_000 }),
      attempt(under(), 'sleep 100', { timeoutSeconds: 1 }),
    ];
    const handles = await Promise.all([
      executor.submit(loud),
      executor.submit(long),
    ]);
    // Nobody observes or reads them
    const killed = (id: string) =>
      eventually(
        async () =>
          (await readFile(fileOf(id, 'killed'), 'utf8')).split('\n')[0].trim(),
        'the watchdog ended it',
        30_000,
      );
    await expect(killed(loud.attemptId)).resolves.toBe('log-limit');
    await expect(killed(long.attemptId)).resolves.toBe('timeout');
    const later = create();
    await expect(later.observe(handles[0], never)).resolves.toEqual({
      type: 'killed',
      reason: 'log-limit',
    });
    await expect(later.observe(handles[1], never)).resolves.toEqual({
      type: 'killed',
      reason: 'timeout',
    });
    const { size } = await stat(fileOf(loud.attemptId, 'log'));
    expect(size).toBe(10_000);
    await Promise.all(handles.map(handle => later.cleanup(handle)));
  });

  it('kills what wrote too much, though it ended before anybody saw it', async () => {
    const spec = attempt(under(), 'yes | head -c 100000', {
      maxLogBytes: 10_000,
    });
    const handle = await executor.submit(spec);
    const { outcome, log } = await follow(executor, handle);
    expect(outcome).toEqual({ type: 'killed', reason: 'log-limit' });
    expect(log.length).toBe(10_000);
    await executor.cleanup(handle);
  });

  it('takes attempts of an earlier boot for lost, and nobody else for them', async () => {
    const bystander = spawn('sleep', ['60'], { stdio: 'ignore' });
    const identity = identify(bystander.pid ?? 0);
    const handle = (supervisor: object) => ({
      attemptId: randomUUID(),
      supervisor: { ...identity, ...supervisor },
      startedAt: Date.now() - 1_000_000,
      timeoutSeconds: 1,
      maxLogBytes: 1,
    });
    const rebooted = handle({ boot: 'an earlier one' });
    const reused = handle({ start: '1' });
    await expect(executor.observe(rebooted, never)).resolves.toEqual({
      type: 'lost',
      reason: expect.objectContaining({ code: 'process.lostMachine' }),
    });
    await expect(executor.observe(reused, never)).resolves.toMatchObject({
      type: 'lost',
    });
    for (const wrong of [rebooted, reused]) {
      await executor.cancel(wrong, 'cancelled');
      await executor.cleanup(wrong);
    }
    expect(identify(bystander.pid ?? 0)).toEqual(identity);
    bystander.kill('SIGKILL');
  });

  it('sees a minimal environment', async () => {
    const handle = await executor.submit(
      attempt(under(), 'env | cut -d= -f1 | sort | tr "\\n" " "'),
    );
    const { log } = await follow(executor, handle);
    await executor.cleanup(handle);
    // The shell itself sets PWD (and some set SHLVL, OLDPWD and _)
    const names = log
      .trim()
      .split(' ')
      .filter(name => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name));
    expect(names).toEqual([
      'HOME',
      'LANG',
      'MODEL_CI_ATTEMPT_ID',
      'PATH',
      'TMPDIR',
    ]);
  });

  it('finds what pip installs for the user', async () => {
    const handle = await executor.submit(
      attempt(
        under(),
        [
          'mkdir -p ~/.local/bin',
          'printf "#!/bin/sh\necho found\n" > ~/.local/bin/tool-of-pip',
          'chmod +x ~/.local/bin/tool-of-pip; tool-of-pip',
        ].join('\n'),
      ),
    );
    const { log } = await follow(executor, handle);
    expect(log).toBe('found\n');
    await executor.cleanup(handle);
  });

  it('fails with any part of a pipe under bash, and with the last under sh', async () => {
    const script = 'false | cat; echo on';
    for (const [shell, exitCode] of [
      ['bash', 1],
      ['sh', 0],
    ] as const) {
      const handle = await executor.submit(attempt(under(), script, { shell }));
      const { outcome } = await follow(executor, handle);
      expect(outcome).toEqual({ type: 'exited', exitCode });
      await executor.cleanup(handle);
    }
  });

  it('refuses ids that would name a folder elsewhere', async () => {
    for (const attemptId of ['../x', '..', 'a/b', '', '.hidden']) {
      await expect(
        executor.submit({ ...attempt(under(), 'true'), attemptId }),
      ).rejects.toMatchObject({ name: 'InputError' });
    }
  });

  it('refuses parts that contradict each other, in words', async () => {
    await expect(
      executor.submit(
        attempt(under(), 'true', {
          workspace: [part('.', { a: 'file' }), part('.', { 'a/b': 'x' })],
        }),
      ),
    ).rejects.toThrow("'a/b' is a file in one part of the workspace");
  });

  it('does not follow a link that it did not make', async () => {
    // Somebody who can write to the directory is beyond the stages, but an error must not spread
    const spec = attempt(under(), 'sleep 60');
    const handle = await executor.submit(spec);
    const secret = join(directory, 'secret');
    await writeFile(secret, 'secret');
    await symlink(secret, join(fileOf(spec.attemptId, 'workspace'), 'out'));
    const archive = await executor.collect(handle, 'out');
    await expect(archive.toArray()).rejects.toMatchObject({
      name: 'InputError',
    });
    await executor.cancel(handle, 'cancelled');
    await executor.cleanup(handle);
  });

  it('keeps the tail of a long service log only', async () => {
    const handle = await executor.services.start({
      serviceId: randomUUID(),
      deploymentId: 'd',
      pipelineRef: 'modelpipeline:default/contract',
      version: 1,
      environment: 'staging',
      node: 'local',
      script: 'yes some line | head -c 9000000; echo end; exec sleep 60',
      port: 8080,
      env: {},
      resources: {},
      workspace: [],
      health: '/healthz',
      startupSeconds: 60,
      replicas: 1,
    });
    const log = join(directory, 'services', String(handle.serviceId), 'log');
    const size = async () => (await stat(log).catch(() => undefined))?.size;
    await eventually(async () => Number(await size()) > 8e6, 'it wrote much');
    await eventually(async () => (await size()) === 0, 'it was cut');
    const tail = await executor.services.tailLog(handle, 24);
    expect(tail).toMatch(/some line\n\w*end\n$/);
    await executor.services.stop(handle);
  });
});
