import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { documentedConfigs } from '@model-ci/backstage-plugin-model-ci-node/testing';
import { readClusterConfigs } from './config';

function read(...clusters: JsonObject[]) {
  return readClusterConfigs(
    new ConfigReader({ modelCi: { executors: { kubernetes: { clusters } } } }),
  );
}

const SERVER = { name: 'a', server: 'https://10.0.0.5:6443', token: 't' };

const DOCUMENTED = [
  'docs/clusters.md',
  'plugins/model-ci-backend-module-kubernetes/README.md',
].flatMap(page =>
  documentedConfigs(page, 'modelCi.executors.kubernetes.clusters'),
);

describe('config of clusters', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'model-ci-clusters-'));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(DOCUMENTED)('is read as it is documented: %s', (_, config) => {
    // Certificates are read with the config, and those of the examples are nowhere
    const caFile = join(folder, 'ca.pem');
    writeFileSync(caFile, rootCertificates[0]);
    const readable = JSON.parse(JSON.stringify(config), (key, value) =>
      key === 'caFile' ? caFile : value,
    );
    expect(readClusterConfigs(new ConfigReader(readable))).not.toEqual([]);
  });

  it('is none by default', () => {
    expect(readClusterConfigs(new ConfigReader({}))).toEqual([]);
  });

  it('reaches a cluster in one of three ways', () => {
    const [server, file, inside] = read(
      SERVER,
      { name: 'b', kubeconfig: '/etc/kubeconfig', context: 'gpu' },
      { name: 'c', inCluster: true },
    );
    expect(server.connection).toMatchObject({ type: 'server', token: 't' });
    expect(file.connection).toEqual({
      type: 'kubeconfig',
      file: '/etc/kubeconfig',
      context: 'gpu',
    });
    expect(inside.connection).toEqual({ type: 'in-cluster' });
    expect(server).toMatchObject({
      gpuResource: 'nvidia.com/gpu',
      serviceAccountToken: false,
      user: '65534:65534',
      allow: { serviceAccounts: [], tolerations: [] },
    });
  });

  it.each<[string, JsonObject]>([
    ["give one of 'inCluster'", { name: 'a' }],
    ["give one of 'inCluster'", { ...SERVER, inCluster: true }],
    ["either 'token' or 'tokenFile'", { ...SERVER, tokenFile: '/t' }],
    ["'context' goes with", { ...SERVER, context: 'x' }],
    ['clusters[0].server', { ...SERVER, server: 'ftp://x' }],
    ['not root', { ...SERVER, user: '0:0' }],
    ['clusters[0].resources.memory', { ...SERVER, resources: { memory: 'x' } }],
    ['clusters[0].namespace', { ...SERVER, namespace: '../kube-system' }],
    [
      "'sidecar.caFile' has no certificate",
      { ...SERVER, sidecar: { caFile: '/none' } },
    ],
    ['clusters[0]', { ...SERVER, hostNetwork: true }],
  ])('says what is wrong: %s', (message, cluster) => {
    expect(() => read(cluster)).toThrow(message);
  });

  it('refuses two clusters of one name', () => {
    expect(() => read(SERVER, SERVER)).toThrow("two clusters are named 'a'");
  });
});
