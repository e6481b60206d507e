import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  AttemptSpec,
  Handle,
} from '@model-ci/backstage-plugin-model-ci-node';
import { ProcessExecutor } from './ProcessExecutor';
import { fakeGpus } from './testing/fakeGpus';

describe('GPUs of the process executor', () => {
  let directory: string;
  let gpus: Awaited<ReturnType<typeof fakeGpus>>;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'model-ci-process-'));
    gpus = await fakeGpus(2);
  });

  afterEach(async () => {
    await gpus.remove();
    await rm(directory, { recursive: true, force: true });
  });

  const create = (configured?: number) =>
    new ProcessExecutor({
      directory,
      node: {
        name: 'local',
        labels: {},
        capacity: { cpus: 4, memoryBytes: 2 ** 33 },
        ...(configured !== undefined && { gpus: configured }),
      },
    });

  const spec = (
    attemptId: string,
    resources: AttemptSpec['resources'],
  ): AttemptSpec => ({
    attemptId,
    runId: 'run-1',
    pipelineRef: 'modelpipeline:default/gpus',
    stage: 'train',
    node: 'local',
    script: 'echo "[${CUDA_VISIBLE_DEVICES-all}]"',
    env: { CUDA_VISIBLE_DEVICES: 'GPU-of-somebody-else' },
    resources,
    network: 'default',
    timeoutSeconds: 60,
    maxLogBytes: 2 ** 20,
    workspace: [],
  });

  async function logOf(executor: ProcessExecutor, handle: Handle) {
    const chunks: Buffer[] = [];
    const { signal } = new AbortController();
    for await (const { data } of executor.readLogs(handle, 0, signal)) {
      chunks.push(data);
    }
    return Buffer.concat(chunks).toString();
  }

  it('are found, and as many of them offered as configuration says', async () => {
    expect(await create().inventory()).toMatchObject([
      {
        capacity: { gpus: 2 },
        gpuDevices: [
          { id: 'GPU-0', model: 'NVIDIA H200', driver: '580.159.04' },
          { id: 'GPU-1' },
        ],
      },
    ]);
    expect(await create(1).inventory()).toMatchObject([
      { capacity: { gpus: 1 }, gpuDevices: [{ id: 'GPU-0' }] },
    ]);
    expect((await create(0).inventory())[0]).not.toHaveProperty('gpuDevices');
  });

  it('are seen by the attempt that was given them, and by no other', async () => {
    const executor = create();
    const given = await executor.submit(
      spec('given', { gpus: 1, gpuIds: ['GPU-1'] }),
    );
    const without = await executor.submit(spec('without', {}));
    expect(await logOf(executor, given)).toBe('[GPU-1]\n');
    expect(await logOf(executor, without)).toBe('[]\n');
    await executor.cleanup(given);
    await executor.cleanup(without);
  });

  it('are read for all attempts at once, each its own, also by the next backend', async () => {
    const executor = create();
    const handles = await Promise.all(
      gpus.ids.map(id =>
        executor.submit(spec(`on-${id}`, { gpus: 1, gpuIds: [id] })),
      ),
    );
    const readings = await Promise.all(
      handles.map(handle => executor.gpuReadings(handle)),
    );
    expect(readings).toMatchObject([
      [{ id: 'GPU-0', utilization: 0.97, watts: 692.35 }],
      [{ id: 'GPU-1', usedMemoryBytes: 883 * 2 ** 20 }],
    ]);
    const calls = async () =>
      (await readFile(gpus.calls, 'utf8')).trim().split('\n').length;
    // One to find them before the start, one to read them.
    expect(await calls()).toBe(2);

    await gpus.setUtilization(0);
    const [, second] = handles;
    expect(await create().gpuReadings(second)).toMatchObject([
      { id: 'GPU-1', utilization: 0 },
    ]);
    await Promise.all(handles.map(handle => executor.cleanup(handle)));
  });
});
