import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { executorsExtensionPoint } from '@model-ci/backstage-plugin-model-ci-node';
import { makeSocketFolder, sweepSocketFolders } from './commands/connections';
import { modelCiModuleSlurm } from './module';

const socketFolders = async () =>
  (await readdir(tmpdir())).filter(name => name.startsWith('model-ci-ssh-'));

async function registered(
  slurm: object | undefined,
  whileRunning = async () => {},
): Promise<string[]> {
  const names: string[] = [];
  const backend = await startTestBackend({
    extensionPoints: [
      [
        executorsExtensionPoint,
        { addExecutor: executor => names.push(executor.name) },
      ],
    ],
    features: [
      modelCiModuleSlurm,
      mockServices.rootConfig.factory({
        data: { modelCi: { executors: { ...(slurm && { slurm }) } } },
      }),
    ],
  });
  await whileRunning();
  await backend.stop();
  return names;
}

it('registers nothing without clusters', async () => {
  await expect(registered(undefined)).resolves.toEqual([]);
});

it('registers the executor, whether a cluster answers or not', async () => {
  const cluster = {
    name: 'hpc',
    commandPrefix: ['false'],
    directory: '/shared/model-ci',
    partitions: [{ name: 'main' }],
  };
  await expect(registered({ clusters: [cluster] })).resolves.toEqual(['slurm']);
});

it('has a folder for ssh only while it runs, and only where it needs one', async () => {
  const ssh = { host: 'localhost', port: 1, knownHostsFile: '/dev/null' };
  const cluster = {
    ...{ name: 'hpc', directory: '/shared', partitions: [{ name: 'main' }] },
  };
  const before = await socketFolders();
  let during: string[] = [];
  await registered({ clusters: [cluster] }, async () => {
    during = await socketFolders();
  });
  expect(during).toEqual(before);
  await registered({ clusters: [{ ...cluster, ssh }] }, async () => {
    during = await socketFolders();
  });
  expect(during).toHaveLength(before.length + 1);
  expect(await socketFolders()).toEqual(before);
});

it('removes the folders of processes that were killed, and no others', async () => {
  const temporary = await mkdtemp(join(tmpdir(), 'model-ci-slurm-'));
  const own = makeSocketFolder(temporary);
  const names = [
    own.replace(`-${process.pid}-`, '-4000000-'),
    'model-ci-ssh-x',
  ];
  await mkdir(names[0]);
  await mkdir(join(temporary, names[1]));
  await sweepSocketFolders(temporary);
  const left = await readdir(temporary);
  expect(left.map(name => join(temporary, name)).sort()).toEqual(
    [own, join(temporary, names[1])].sort(),
  );
  await rm(temporary, { recursive: true });
});
