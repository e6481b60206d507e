import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import type {
  AttemptSpec,
  Handle,
  Phase,
} from '@model-ci/backstage-plugin-model-ci-node';
import {
  attempt,
  eventually,
  follow,
  logHolds,
  part,
  unpack,
} from '@model-ci/backstage-plugin-model-ci-node/testing';
import { CommandRunner, type Runner } from '../commands/Runner';
import type { ClusterConfig } from '../config';
import { jobName } from '../jobs/Job';
import { SlurmExecutor } from '../SlurmExecutor';
import {
  daemon,
  jobsFolder,
  localRunner,
  node,
  shellRunner,
  slurm,
  testCluster,
} from './testbed';

const never = new AbortController().signal;

/** What a whole cluster has, so that nothing runs beside it. */
const WHOLE = ['--nodes=2', '--exclusive', '--output=/dev/null'];

/** What happens on clusters; to be called once, since it preempts and stops what runs beside it. */
export function describeEvents(): void {
  let directory: string;

  beforeEach(() => {
    directory = jobsFolder(`events-${randomUUID()}`);
  });

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  const create = (
    runner: Runner = localRunner(),
    rest: Partial<ClusterConfig> = {},
  ) => new SlurmExecutor([testCluster(directory, runner, rest)]);

  const spec = (
    executor: SlurmExecutor,
    script: string,
    rest: Partial<AttemptSpec> = {},
  ) =>
    attempt(
      {
        executor,
        recreate: async () => executor,
        node: 'testbed-main',
        removeBehind: async () => {},
        remains: async () => [],
      },
      script,
      rest,
    );

  const batch = (...args: string[]) => slurm('sbatch', '--parsable', ...args);

  it('says why a job never starts, until somebody cancels it', async () => {
    const executor = create();
    const handle = await executor.submit(
      spec(executor, 'echo ran', {
        node: 'testbed-short',
        options: { time: '30:00' },
      }),
    );
    const phases: Phase[] = [];
    const outcome = executor.observe(handle, never, phase =>
      phases.push(phase),
    );
    const why = reason('slurm.waitPartitionTime', {
      word: 'PartitionTimeLimit',
    });

    await eventually(
      () =>
        phases.some(phase =>
          isDeepStrictEqual(phase, { type: 'pending', reason: why }),
        ),
      'it says why',
    );
    await executor.cancel(handle, 'cancelled');
    await expect(outcome).resolves.toEqual({
      type: 'killed',
      reason: 'cancelled',
    });
    await executor.cleanup(handle);
  });

  it('gives GPUs, and stays within the time of a partition', async () => {
    const executor = create();
    const [inventory] = await Promise.all([executor.inventory()]);
    expect(inventory).toContainEqual({
      name: 'testbed-short',
      scheduling: 'cluster',
      labels: {
        ...{ cluster: 'testbed', partition: 'short' },
        ...{ timeLimit: '1:00', gpu: 'a100' },
      },
      capacity: { cpus: 4, memoryBytes: 4000 * 2 ** 20, gpus: 2 },
      health: 'healthy',
    });
    const handle = await executor.submit(
      spec(executor, 'echo "$CUDA_VISIBLE_DEVICES"', {
        node: 'testbed-short',
        resources: { cpus: 1, memoryBytes: 2 ** 28, gpus: 2 },
        timeoutSeconds: 3600,
      }),
    );
    await expect(follow(executor, handle)).resolves.toEqual({
      outcome: { type: 'exited', exitCode: 0 },
      log: '0,1\n',
    });
    await executor.cleanup(handle);
  });

  it.each<[string, Partial<AttemptSpec>]>([
    ['more GPUs than there are', { resources: { gpus: 99 } }],
    [
      'a constraint that is an option',
      { options: { constraint: '--wrap=id; x' } },
    ],
    ['an image', { image: 'python:3' }],
  ])('refuses %s, and leaves nothing', async (_name, rest) => {
    const executor = create();
    const one = spec(executor, 'true', rest);
    await expect(executor.submit(one)).rejects.toMatchObject({
      name: 'InputError',
    });
    const left = await readdir(join(directory, 'attempts')).catch(() => []);
    expect(left.filter(name => !name.startsWith('.'))).toEqual([]);
  });

  it('lets nothing hostile into a shell', async () => {
    const executor = create(shellRunner(), { mountedAt: undefined });
    const evil = `$(touch ${directory}/evil)'"\`id\`;\n*`;
    const handle = await executor.submit(
      spec(executor, 'cat "$EVIL"; printf %s "$EVIL" > "o/$EVIL"', {
        stage: evil,
        pipelineRef: evil,
        env: { EVIL: evil.replaceAll('/', '_') },
        workspace: [
          part('.', { [evil.replaceAll('/', '_')]: 'in', 'o/x': '' }),
        ],
      }),
    );
    const { outcome, log } = await follow(executor, handle);
    expect({ outcome, log }).toEqual({
      outcome: { type: 'exited', exitCode: 0 },
      log: 'in',
    });
    const name = evil.replaceAll('/', '_');
    const tar = await executor.collect(handle, `o/${name}`);
    await expect(unpack(tar)).resolves.toEqual({ [`o/${name}`]: name });
    await executor.cleanup(handle);
    expect(await readdir(directory)).toEqual(['attempts']);
  });

  it('works as an ordinary user whose files nobody else sees', async () => {
    const asNobody = new CommandRunner(
      words => ['runuser', '-u', 'nobody', '--', ...words],
      { PATH: process.env.PATH ?? '', HOME: '/nonexistent' },
    );
    const executor = create(asNobody, { mountedAt: undefined });
    const run = async (script: string): Promise<Handle> =>
      await executor.submit(
        spec(executor, script, { workspace: [part('.', { in: 'x' })] }),
      );
    const handle = await run(
      'id -un; mkdir o; cp in o/out; mkdir -p a/b; touch a/b/c; chmod 500 a/b',
    );
    await expect(follow(executor, handle)).resolves.toEqual({
      outcome: { type: 'exited', exitCode: 0 },
      log: 'nobody\n',
    });
    const tar = await executor.collect(handle, 'o');
    await expect(unpack(tar)).resolves.toEqual({ 'o/': '/', 'o/out': 'x' });
    await executor.cleanup(handle);
    const second = await run('echo ready; sleep 600');
    await logHolds(executor, second, 'ready');
    await executor.cancel(second, 'cancelled');
    await expect(follow(executor, second)).resolves.toMatchObject({
      outcome: { type: 'killed', reason: 'cancelled' },
    });
    await executor.cleanup(second);
    const left = await readdir(join(directory, 'attempts'));
    expect(left.filter(name => !name.startsWith('.'))).toEqual([]);
    const name = jobName(String(handle.attemptId));
    expect(
      slurm('squeue', '-h', '-t', 'all', `--name=${name}`, '-o', '%u').trim(),
    ).toBe('nobody');
  });

  it.each(['low', 'lowrq'])(
    'reports what was preempted in partition %s, and never runs it again',
    async partition => {
      const executor = create();
      const handle = await executor.submit(
        spec(executor, 'echo ran; sleep 600', {
          node: `testbed-${partition}`,
          resources: { cpus: 4, memoryBytes: 2 ** 28 },
        }),
      );
      await logHolds(executor, handle, 'ran');
      const other = batch('-p', 'high', ...WHOLE, '--wrap=sleep 1');
      await expect(follow(executor, handle)).resolves.toEqual({
        outcome: { type: 'killed', reason: 'preempted' },
        log: 'ran\n',
      });
      await eventually(
        () => !slurm('squeue', '-h', '-j', other.trim(), '-t', 'PD,R,CG'),
        'the other one is done',
      );
      await executor.cleanup(handle);
    },
  );

  it('loses what ran on a machine that fails, and nothing else', async () => {
    const executor = create();
    const filler = batch(
      '-w',
      'n1',
      '--exclusive',
      '-o',
      '/dev/null',
      '--wrap=sleep 60',
    );
    const handle = await executor.submit(spec(executor, 'echo ran; sleep 600'));
    await logHolds(executor, handle, 'ran');
    node('down', 'n2');
    slurm('scontrol', 'update', 'nodename=n2', 'state=down', 'reason=test');
    try {
      await expect(follow(executor, handle)).resolves.toEqual({
        outcome: {
          type: 'lost',
          reason: {
            code: 'slurm.lostMachine',
            parameters: { machine: 'n2', job: expect.any(String) },
            text: expect.any(String),
          },
        },
        log: 'ran\n',
      });
    } finally {
      slurm('scancel', filler.trim());
      // What comes back is used again (ReturnToService)
      node('up', 'n2');
    }
    await eventually(
      () => slurm('sinfo', '-hN', '-n', 'n2', '-o', '%T').includes('idle'),
      'n2 is back',
      60_000,
    );
    await executor.cleanup(handle);
  });

  it('goes on where slurmctld and slurmdbd were away in the middle', async () => {
    const executor = create();
    const phases: Phase[] = [];
    const running = await executor.submit(
      spec(executor, 'echo one; sleep 4; echo two; exit 5'),
    );
    const outcome = executor.observe(running, never, phase =>
      phases.push(phase),
    );
    await logHolds(executor, running, 'one');
    daemon('down', 'slurmctld');
    daemon('down', 'slurmdbd');
    const [late, other] = [spec(executor, 'echo late'), spec(executor, '')];
    try {
      await Promise.all([
        expect(executor.submit(late)).rejects.toThrow('sbatch'),
        expect(executor.withdraw(other)).rejects.toThrow('scancel'),
      ]);
      // Longer than its script: only a record could end it
      await logHolds(executor, running, 'two');
    } finally {
      daemon('up', 'slurmdbd');
      daemon('up', 'slurmctld');
    }
    await expect(outcome).resolves.toEqual({ type: 'exited', exitCode: 5 });
    const handle = await eventually(
      () => executor.submit(late).catch(() => undefined),
      'slurmctld takes jobs again',
      60_000,
    );
    await expect(follow(executor, handle)).resolves.toEqual({
      outcome: { type: 'exited', exitCode: 0 },
      log: 'late\n',
    });
    await executor.cleanup(running);
    await executor.cleanup(handle);
    // Slurm's commands wait for their controller
  }, 120_000);
}
