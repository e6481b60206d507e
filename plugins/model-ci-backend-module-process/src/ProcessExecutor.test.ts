import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeExecutorContract } from '@model-ci/backstage-plugin-model-ci-node/testing';
import { ProcessExecutor } from './ProcessExecutor';

describeExecutorContract('process', {
  features: {
    networkNone: false,
    memoryLimit: false,
    shell: true,
    services: true,
    cluster: false,
    lostAnswers: Number(process.env.MODEL_CI_LOST_ANSWERS ?? 100),
  },
  async create() {
    const directory = await mkdtemp(join(tmpdir(), 'model-ci-process-'));
    const node = {
      name: 'local',
      labels: {},
      capacity: { cpus: 4, memoryBytes: 2 ** 33 },
    };
    const create = () => new ProcessExecutor({ directory, node });
    return {
      executor: create(),
      recreate: async () => create(),
      node: node.name,
      async removeBehind(handle) {
        const { pid } = Object(handle.supervisor);
        process.kill(-Number(pid), 'SIGKILL');
      },
      async remains(id) {
        const folders = await Promise.all(
          ['attempts', 'services'].map(name =>
            readdir(join(directory, name)).catch(() => []),
          ),
        );
        return folders.flat().filter(name => name === id);
      },
      dispose: () => rm(directory, { recursive: true }),
    };
  },
});
