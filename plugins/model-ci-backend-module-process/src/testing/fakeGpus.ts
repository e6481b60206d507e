import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Puts an `nvidia-smi` first on the search path that reports so many GPUs, each at the utilization that a file says, in
 * the form in which the real one does. There is no counter of energy, so `python3` is one that knows no driver.
 */
export async function fakeGpus(count: number) {
  const folder = await mkdtemp(join(tmpdir(), 'model-ci-gpus-'));
  const before = process.env.PATH;
  const state = join(folder, 'utilization');
  await writeFile(state, '97');
  await program(
    'nvidia-smi',
    `echo call >> ${folder}/calls
read -r used < ${state}
echo 'index, uuid, name, driver_version, memory.total [MiB], memory.used [MiB], utilization.gpu [%], power.draw [W], mig.mode.current'
for index in $(seq 0 ${count - 1}); do
  echo "$index, GPU-$index, NVIDIA H200, 580.159.04, 143771 MiB, 883 MiB, $used %, 692.35 W, Disabled"
done`,
  );
  await program('python3', 'exit 1');
  process.env.PATH = `${folder}:${before}`;

  async function program(name: string, script: string): Promise<void> {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }

  return {
    ids: Array.from({ length: count }, (_, index) => `GPU-${index}`),
    calls: join(folder, 'calls'),
    setUtilization: (percent: number) => writeFile(state, String(percent)),
    async remove() {
      process.env.PATH = before;
      await rm(folder, { recursive: true });
    },
  };
}
