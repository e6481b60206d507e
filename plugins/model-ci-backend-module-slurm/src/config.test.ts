import { ConfigReader } from '@backstage/config';
import { documentedConfigs } from '@model-ci/backstage-plugin-model-ci-node/testing';
import { readClusterConfigs } from './config';

const cluster = {
  name: 'hpc',
  directory: '/shared/model-ci/',
  partitions: [{ name: 'main' }],
};

const read = (...clusters: object[]) =>
  readClusterConfigs(
    new ConfigReader({ modelCi: { executors: { slurm: { clusters } } } }),
  );

it.each(
  [
    'docs/clusters.md',
    'plugins/model-ci-backend-module-slurm/README.md',
  ].flatMap(page =>
    documentedConfigs(page, 'modelCi.executors.slurm.clusters'),
  ),
)('is read as it is documented: %s', (_, config) => {
  expect(readClusterConfigs(new ConfigReader(config))).not.toEqual([]);
});

it('is off unless clusters are configured', () => {
  expect(readClusterConfigs(new ConfigReader({}))).toEqual([]);
});

it('reads the smallest config', () => {
  expect(read(cluster)).toEqual([
    {
      name: 'hpc',
      prefix: { type: 'words', words: [] },
      environment: {},
      directory: '/shared/model-ci',
      mountedAt: '/shared/model-ci',
      pollMs: 2000,
      partitions: [{ name: 'main', node: 'hpc-main', labels: {}, options: {} }],
    },
  ]);
});

it('copies files where commands run elsewhere and no folder is mounted', () => {
  const ssh = { host: 'login.example', user: 'model-ci', port: 2222 };
  const [remote] = read({ ...cluster, ssh });
  expect(remote.prefix).toEqual({ type: 'ssh', ssh });
  expect(remote).not.toHaveProperty('mountedAt');
  const [mounted] = read({ ...cluster, ssh, mountedAt: '/mnt/hpc' });
  expect(mounted.mountedAt).toBe('/mnt/hpc');
  const [behind] = read({ ...cluster, commandPrefix: ['sudo', '-nu', 'ci'] });
  expect(behind).not.toHaveProperty('mountedAt');
});

it('has partitions override what the cluster says of jobs', () => {
  const [{ partitions }] = read({
    ...cluster,
    ...{ account: 'ml', qos: 'normal', time: 60 },
    partitions: [
      { name: 'cpu_long', labels: { zone: 'a' }, maxSubmitted: 5 },
      { name: 'gpu', node: 'big', qos: 'gpu', constraint: 'a100&ib' },
    ],
  });
  expect(partitions).toEqual([
    {
      ...{ name: 'cpu_long', node: 'hpc-cpu-long', labels: { zone: 'a' } },
      maxSubmitted: 5,
      options: { account: 'ml', qos: 'normal', time: 60 },
    },
    {
      ...{ name: 'gpu', node: 'big', labels: {} },
      options: { account: 'ml', qos: 'gpu', constraint: 'a100&ib', time: 60 },
    },
  ]);
});

it.each([
  [{ name: 'H P C' }, 'clusters.0.name: use'],
  [{ directory: 'relative' }, 'clusters.0.directory: must'],
  [{ directory: '/a b' }, 'clusters.0.directory'],
  [{ directory: '/jobs/%j' }, 'clusters.0.directory'],
  [{ commandPrefix: ['ssh', 'login'] }, "write the connection under 'ssh'"],
  [{ commandPrefix: ['a'], ssh: { host: 'b' } }, 'commandPrefix'],
  [{ ssh: { host: 'a', port: '22' } }, 'clusters.0.ssh.port'],
  [{ pollSeconds: 0 }, 'clusters.0.pollSeconds'],
  [{ containerCommand: ['apptainer', 'exec'] }, '{image}'],
  [{ partitions: [] }, 'clusters.0.partitions: name'],
  [{ partitions: [{ name: '--help me' }] }, 'partitions.0.name'],
  [{ partitions: [{ name: 'a', node: 'A B' }] }, 'partitions.0.node'],
  [{ name: 'h'.repeat(62) }, "partition 'main' needs a 'node'"],
  [
    { partitions: [{ name: 'a', maxSubmitted: 0 }] },
    'partitions.0.maxSubmitted',
  ],
  [{ partitions: [{ name: 'a', maxSubmited: 5 }] }, 'maxSubmited'],
  [{ mountPoint: '/mnt' }, 'mountPoint'],
  [{ time: 'for ever' }, 'clusters.0.time: must be minutes'],
  [{ account: 'a\nb' }, 'clusters.0.account'],
])('refuses %j, and names the key', (wrong, said) => {
  expect(() => read({ ...cluster, ...wrong })).toThrow(said);
});

it('shows no value, which may be secret', () => {
  const environment = { SLURM_JWT: ['secret'] };
  expect(() => read({ ...cluster, environment })).toThrow(
    expect.objectContaining({
      message: expect.not.stringContaining('secret'),
    }),
  );
});

it('refuses two of one name', () => {
  expect(() => read(cluster, cluster)).toThrow("clusters are named 'hpc'");
  const other = { ...cluster, name: 'other' };
  const partitions = [{ name: 'x', node: 'hpc-main' }];
  expect(() => read(cluster, { ...other, partitions })).toThrow(
    "nodes are named 'hpc-main'",
  );
});
