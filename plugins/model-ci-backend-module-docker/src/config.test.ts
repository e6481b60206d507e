import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigReader } from '@backstage/config';
import { readEngineConfigs } from './config';

describe('the configuration of engines', () => {
  const read = (...engines: object[]) =>
    readEngineConfigs(
      new ConfigReader({
        modelCi: { executors: { docker: { engines } } },
      }),
    );
  const socket = { name: 'a', socketPath: '/var/run/docker.sock' };

  it('may be absent', () => {
    expect(readEngineConfigs(new ConfigReader({}))).toEqual([]);
  });

  it('has defaults that are safe', () => {
    expect(read(socket)).toEqual([
      {
        name: 'a',
        address: { type: 'socket', path: '/var/run/docker.sock' },
        optional: false,
        labels: {},
        pull: 'never',
        user: { uid: 65534, gid: 65534 },
        pidsLimit: 4096,
        networks: { text: '10.232.0.0/16', first: 0x0ae80000, count: 2 ** 14 },
        egress: 'allow',
        spareNetworks: 4,
        maxContextBytes: 4 * 2 ** 30,
        registries: [],
      },
    ]);
  });

  it('is read in full', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'model-ci-config-'));
    const file = join(folder, 'a.pem');
    await writeFile(file, '-----BEGIN X-----');
    const tls = { caFile: file, certFile: file, keyFile: file };
    const pem = '-----BEGIN X-----';
    expect(
      read({
        name: 'gpu-01',
        host: '10.0.0.5',
        tls,
        labels: { 'nvidia.com/gpu': 'a100' },
        cpus: 32,
        memory: '256Gi',
        gpus: 4,
        pull: 'missing',
        user: '1000',
        optional: true,
      }),
    ).toMatchObject([
      {
        address: {
          type: 'tls',
          host: '10.0.0.5',
          port: 2376,
          ca: pem,
          cert: pem,
          key: pem,
        },
        labels: { 'nvidia.com/gpu': 'a100' },
        cpus: 32,
        memoryBytes: 256 * 2 ** 30,
        gpus: 4,
        pull: 'missing',
        user: { uid: 1000, gid: 1000 },
      },
    ]);
    await writeFile(file, 'nothing');
    expect(() => read({ name: 'b', host: 'x', tls })).toThrow(
      /tls.caFile of docker engine 'b'.*is not a PEM file/,
    );
    await rm(folder, { recursive: true });
  });

  it.each([
    [[socket, socket], "two engines are named 'a'"],
    [[{ name: 'a' }], "give either 'socketPath' or 'host'"],
    [[{ ...socket, host: 'x' }], "give either 'socketPath' or 'host'"],
    [[{ name: 'a', host: 'x' }], "Config tls of docker engine 'a' is missing"],
    [
      [{ name: 'a', host: 'x', tls: { caFile: '/no/such' } }],
      "Config tls.caFile of docker engine 'a': '/no/such' cannot be read",
    ],
    [[{ ...socket, user: 'root' }], 'must be numeric'],
    [[{ ...socket, memory: 'much' }], '"much" is not a size'],
    [[{ ...socket, pull: 'always' }], "must be 'never' or 'missing'"],
    [[{ ...socket, egress: 'none' }], "must be 'allow' or 'deny'"],
    [[{ ...socket, networks: '10.0.0.1/16' }], 'Config networks of docker'],
    [[{ ...socket, spareNetworks: -1 }], 'Config spareNetworks of docker'],
  ])('is refused where it is wrong: %j', (engines, message) => {
    expect(() => read(...engines)).toThrow(message);
  });
});
