import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Run, RunGpus } from '@model-ci/backstage-plugin-model-ci-common';
import { Clone } from './git';
import { Portal, until, User } from './portal';

jest.setTimeout(600_000);

const NAME = 'gpus';
const DEVICES = ['GPU-a', 'GPU-b'];

/** An `nvidia-smi` that reports two devices at work, in the form in which the real one does. */
const NVIDIA_SMI = `#!/bin/sh
echo 'index, uuid, name, driver_version, memory.total [MiB], memory.used [MiB], utilization.gpu [%], power.draw [W], mig.mode.current'
echo '0, ${DEVICES[0]}, NVIDIA H200, 580.159.04, 143771 MiB, 883 MiB, 93 %, 692.35 W, Disabled'
echo '1, ${DEVICES[1]}, NVIDIA H200, 580.159.04, 143771 MiB, 883 MiB, 93 %, 692.35 W, Disabled'
`;

/** Fails where somebody else has the same device. */
const stage = (folder: string) => `
    resources: { cpus: 0.1, gpus: 1 }
    run:
      - echo "sees $CUDA_VISIBLE_DEVICES"
      - mkdir ${folder}/$CUDA_VISIBLE_DEVICES
      - sleep 20
      - rmdir ${folder}/$CUDA_VISIBLE_DEVICES`;

describe('GPUs of the machine', () => {
  const searchPath = process.env.PATH;
  let folder: string;
  let portal: Portal;
  let guest: User;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'model-ci-gpus-'));
    await writeFile(path.join(folder, 'nvidia-smi'), NVIDIA_SMI);
    await chmod(path.join(folder, 'nvidia-smi'), 0o755);
    process.env.PATH = `${folder}:${searchPath}`;
    portal = await Portal.create();
    await portal.start();
    guest = await User.guest(portal);
  });

  afterAll(async () => {
    await portal?.stop();
    await portal?.remove();
    process.env.PATH = searchPath;
    await rm(folder, { recursive: true, force: true });
  });

  async function createProject(): Promise<Clone> {
    await guest.post('/api/scaffolder/v2/tasks', {
      templateRef: 'template:default/linear-regression-model',
      values: {
        name: NAME,
        owner: 'group:default/ml',
        host: 'portal',
        description: 'Shows who gets which GPU',
      },
    });
    await findRun(1);
    const { token } = await guest.post<{ token: string }>(
      '/api/model-ci-git/tokens',
      { name: NAME },
    );
    return await Clone.of(portal, NAME, token);
  }

  async function findRun(number: number): Promise<string> {
    return await until(
      `run ${number}`,
      async () => {
        const { items } = await guest.get<{ items: Run[] }>(
          `/api/model-ci/runs?pipeline=modelpipeline:default/${NAME}`,
        );
        return items.find(run => run.number === number)?.id;
      },
      { seconds: 120 },
    );
  }

  const readRun = (id: string) => guest.get<Run>(`/api/model-ci/runs/${id}`);

  it('are given to one stage each, also across a kill of the backend, and recorded', async () => {
    const clone = await createProject();
    const stages = ['first', 'second', 'third'];
    await clone.write(
      'model-pipeline.yaml',
      `version: 1\ntriggers: { push: { branches: [main] } }\nstages:\n${stages
        .map(name => `  ${name}:${stage(folder)}\n`)
        .join('')}`,
    );
    await clone.push('Use GPUs');
    const id = await findRun(2);
    await until(
      'two stages to run',
      async () => {
        const run = await readRun(id);
        const running = run.stages.filter(own => own.status === 'running');
        return running.length === 2 || undefined;
      },
      { seconds: 120 },
    );
    await portal.kill();
    await portal.start();
    const run = await until(
      'the run to end',
      async () => {
        const found = await readRun(id);
        return found.finishedAt === undefined ? undefined : found;
      },
      { seconds: 180 },
    );
    expect([run.status, run.reason?.text]).toEqual(['succeeded', undefined]);

    const { usages, total } = await guest.get<RunGpus>(
      `/api/model-ci/runs/${id}/gpus`,
    );
    expect(usages.map(({ stage: name }) => name)).toEqual(stages);
    expect(new Set(usages.map(({ device }) => device))).toEqual(
      new Set(DEVICES),
    );
    for (const usage of usages) {
      const log = await guest.text(
        `/api/model-ci/runs/${id}/stages/${usage.stage}/logs?offset=0&limit=10000`,
      );
      expect(log).toContain(`sees ${usage.device}`);
      expect(usage).toMatchObject({
        model: 'NVIDIA H200',
        utilization: expect.closeTo(0.93),
        peakMemoryBytes: 883 * 2 ** 20,
      });
    }
    expect(total?.energy?.joules).toBeGreaterThan(3 * 692);
  });
});
