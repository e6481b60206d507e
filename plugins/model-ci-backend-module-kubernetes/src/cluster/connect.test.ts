import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// Loaded with the file, so that its time counts towards no test
import '@kubernetes/client-node';
import { loadCredentials } from './connect';

describe('credentials', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'model-ci-kubernetes-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  async function kubeconfig(name: string, token: string): Promise<string> {
    const plugin = join(folder, `${name}.sh`);
    const status = JSON.stringify({ status: { token } });
    await writeFile(plugin, `#!/bin/sh\necho '${status}'\n`, { mode: 0o755 });
    const file = join(folder, name);
    await writeFile(
      file,
      JSON.stringify({
        clusters: [{ name: 'c', cluster: { server: `https://${name}` } }],
        users: [{ name: 'admin', user: { exec: { command: plugin } } }],
        contexts: [
          {
            name: 'x',
            context: { cluster: 'c', user: 'admin', namespace: 'ns' },
          },
        ],
        'current-context': 'x',
      }),
    );
    return file;
  }

  it('of two clusters whose users have one name are not mixed', async () => {
    const [one, other] = await Promise.all(
      ['one', 'other'].map(async name =>
        loadCredentials({
          name,
          connection: {
            type: 'kubeconfig',
            file: await kubeconfig(name, `token-of-${name}`),
          },
        }),
      ),
    );
    for (const _ of [1, 2]) {
      await expect(one.access()).resolves.toMatchObject({
        server: 'https://one',
        headers: { Authorization: 'Bearer token-of-one' },
      });
      await expect(other.access()).resolves.toMatchObject({
        server: 'https://other',
        headers: { Authorization: 'Bearer token-of-other' },
      });
    }
    expect(one.namespace).toBe('ns');
  });

  it('are a token that is read again when its file changes', async () => {
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, 'secret');
    const { access } = loadCredentials({
      name: 'a',
      connection: { type: 'server', url: 'https://a:6443/', tokenFile },
    });
    await expect(access()).resolves.toMatchObject({
      server: 'https://a:6443',
      headers: { Authorization: 'Bearer secret' },
    });
  });

  it('that cannot be loaded stop the start, naming the cluster', () => {
    expect(() =>
      loadCredentials({
        name: 'broken',
        connection: { type: 'kubeconfig', file: join(folder, 'none') },
      }),
    ).toThrow("cluster 'broken'");
  });

  it('of a server are its CA and its token', async () => {
    const caFile = join(folder, 'ca.pem');
    await writeFile(caFile, 'the CA');
    const { access } = loadCredentials({
      name: 'a',
      connection: { type: 'server', url: 'https://a', caFile, token: 'secret' },
    });
    const { headers, tls } = await access();
    expect(headers).toEqual({ Authorization: 'Bearer secret' });
    expect(String(tls.ca)).toBe('the CA');
    expect(tls.rejectUnauthorized).not.toBe(false);
  });

  describe('of the cluster that the backend runs in', () => {
    const { env } = process;

    afterEach(() => {
      process.env = env;
    });

    const load = () =>
      loadCredentials({ name: 'own', connection: { type: 'in-cluster' } });

    it('are those of its pod', async () => {
      process.env = {
        ...env,
        KUBERNETES_SERVICE_HOST: '10.0.0.1',
        KUBERNETES_SERVICE_PORT: '6443',
      };
      const { access } = load();
      // The files of a pod are not there, so only the address can be seen
      await expect(access()).rejects.toThrow(
        '/var/run/secrets/kubernetes.io/serviceaccount',
      );
    });

    it('are refused where there is none', () => {
      process.env = { ...env, KUBERNETES_SERVICE_HOST: undefined };
      expect(load).toThrow("cluster 'own'");
    });
  });
});
