import { ConfigReader } from '@backstage/config';
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
  [{ name: 'H P C' }, 'name'],
  [{ directory: 'relative' }, 'directory'],
  [{ directory: '/a b' }, 'directory'],
  [{ directory: '/jobs/%j' }, 'directory'],
  [{ commandPrefix: ['ssh', 'login'] }, "write the connection under 'ssh'"],
  [{ commandPrefix: ['a'], ssh: { host: 'b' } }, 'commandPrefix'],
  [{ pollSeconds: 0 }, 'pollSeconds'],
  [{ containerCommand: ['apptainer', 'exec'] }, '{image}'],
  [{ partitions: [] }, 'partitions'],
  [{ partitions: [{ name: '--help me' }] }, 'partitions'],
  [{ partitions: [{ name: 'a', node: 'A B' }] }, "node of partition 'a'"],
  [{ partitions: [{ name: 'a', maxSubmitted: 0 }] }, 'maxSubmitted'],
  [{ time: 'for ever' }, "time of partition 'main'"],
  [{ account: 'a\nb' }, "account of partition 'main'"],
])('refuses %j, and names the key', (wrong, said) => {
  expect(() => read({ ...cluster, ...wrong })).toThrow(said);
});

it('refuses two of one name', () => {
  expect(() => read(cluster, cluster)).toThrow("clusters are named 'hpc'");
  const other = { ...cluster, name: 'other' };
  const partitions = [{ name: 'x', node: 'hpc-main' }];
  expect(() => read(cluster, { ...other, partitions })).toThrow(
    "nodes are named 'hpc-main'",
  );
});
