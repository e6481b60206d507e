import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigReader } from '@backstage/config';
import { readSecretSettings } from '../config';
import { FileVault } from './FileVault';
import { KeyValueVault, type KeyValueVaultOptions } from './KeyValueVault';

const SUBJECT = { namespace: 'default', name: 'house-price' };

/** Answers as the KV engine, version 2, does according to HashiCorp's documentation of its HTTP interface. */
class StandIn {
  readonly requests: Array<{
    url?: string;
    headers: IncomingMessage['headers'];
  }> = [];
  status = 200;
  body: string | undefined = undefined;
  secrets: Record<string, Record<string, unknown>> = {};
  private server?: Server;

  async start(): Promise<string> {
    this.server = createServer((req, res) => {
      this.requests.push({ url: req.url, headers: req.headers });
      if (req.headers['x-vault-token'] !== 's.token') {
        res.writeHead(403).end('{"errors":["permission denied"]}');
        return;
      }
      const data = this.secrets[req.url ?? ''];
      if (!data && this.status === 200) {
        res.writeHead(404).end('{"errors":[]}');
        return;
      }
      res.writeHead(this.status, { 'Content-Type': 'application/json' });
      res.end(
        this.body ??
          JSON.stringify({
            request_id: 'x',
            lease_id: '',
            renewable: false,
            lease_duration: 0,
            data: {
              data,
              metadata: { version: 3, destroyed: false, deletion_time: '' },
            },
          }),
      );
    });
    await new Promise<void>(resolve => {
      this.server?.listen(0, '127.0.0.1', resolve);
    });
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    await new Promise(resolve => {
      this.server?.close(resolve);
    });
  }
}

describe('KeyValueVault', () => {
  let standIn: StandIn;
  let url: string;
  beforeEach(async () => {
    standIn = new StandIn();
    url = await standIn.start();
  });
  afterEach(() => standIn.stop());

  const vault = (more: Partial<KeyValueVaultOptions> = {}) =>
    new KeyValueVault('corp', {
      url,
      mount: 'kv/ml',
      path: 'ci/{namespace}/{name}',
      token: 's.token',
      timeoutMs: 2000,
      ...more,
    });

  it('reads the texts of a pipeline', async () => {
    standIn.secrets['/v1/kv/ml/data/ci/default/house-price'] = {
      HF_TOKEN: 'value',
      NUMBER: 7,
      ['__proto__']: 'x',
    };
    const found = await vault({ namespace: 'team' }).read(SUBJECT, [
      'HF_TOKEN',
      'NUMBER',
      'MISSING',
      'toString',
    ]);
    expect([...found]).toEqual([['HF_TOKEN', 'value']]);
    expect(standIn.requests[0].headers).toMatchObject({
      'x-vault-namespace': 'team',
      'x-vault-request': 'true',
    });
  });

  it('reads those of an environment beside', async () => {
    standIn.secrets['/v1/kv/ml/data/ci/default/house-price/staging'] = {
      A: 'staging value',
    };
    const subject = { ...SUBJECT, environment: 'staging' };
    expect((await vault().read(subject, ['A'])).get('A')).toBe('staging value');
    expect((await vault().read(SUBJECT, ['A'])).size).toBe(0);
  });

  it('reads its token from a file at each call', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vault-'));
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, 'old\n');
    const renewed = vault({ token: undefined, tokenFile });
    await expect(renewed.read(SUBJECT, ['A'])).rejects.toThrow(
      'it answered 403: its token may not read there',
    );
    await writeFile(tokenFile, 's.token\n');
    expect((await renewed.read(SUBJECT, ['A'])).size).toBe(0);
    await rm(folder, { recursive: true });
  });

  it('rejects while it is sealed, does not answer or answers nonsense, and quotes nothing', async () => {
    standIn.status = 503;
    await expect(vault().read(SUBJECT, ['A'])).rejects.toThrow(
      'it answered 503',
    );
    standIn.status = 200;
    standIn.secrets['/v1/kv/ml/data/ci/default/house-price'] = {};
    standIn.body = '{"data": hf_token';
    await expect(vault().read(SUBJECT, ['A'])).rejects.toThrow(
      'it answered what is no JSON',
    );
    await expect(
      vault({ url: 'http://127.0.0.1:1' }).read(SUBJECT, ['A']),
    ).rejects.toThrow('ECONNREFUSED');
  });

  it('follows no name out of its place', async () => {
    await expect(
      vault().read({ namespace: 'default', name: '..' }, ['A']),
    ).rejects.toThrow("'..' cannot be part of a path");
    expect(standIn.requests).toEqual([]);
  });
});

describe('FileVault', () => {
  it('reads files as Kubernetes mounts them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vault-'));
    const place = join(folder, 'default', 'house-price');
    await mkdir(join(place, '..data'), { recursive: true });
    await writeFile(join(place, '..data', 'HF_TOKEN'), 'value\n');
    await symlink('..data/HF_TOKEN', join(place, 'HF_TOKEN'));
    const vault = new FileVault('mounted', join(folder, '{namespace}/{name}'));
    expect([...(await vault.read(SUBJECT, ['HF_TOKEN', 'MISSING']))]).toEqual([
      ['HF_TOKEN', 'value\n'],
    ]);
    await rm(folder, { recursive: true });
  });
});

describe('modelCi.secrets', () => {
  const read = (secrets: object) =>
    readSecretSettings(
      new ConfigReader({ modelCi: { secrets: secrets as never } }),
    );
  const kv2 = { name: 'corp', type: 'kv2', url: 'https://vault', token: 't' };

  it('may be absent', () => {
    const { sealer, vaults } = readSecretSettings(new ConfigReader({}));
    expect(sealer.keyId).toBeUndefined();
    expect(vaults.size).toBe(0);
  });

  it.each([
    [{ keys: ['c2hvcnQ='] }, /keys\[0\] must be 32 bytes in base64/],
    [
      { vaults: [{ ...kv2, path: 'ci/all' }] },
      /vaults\[0\]\.path must have \{namespace\} and \{name\}/,
    ],
    [
      { vaults: [{ ...kv2, path: 'ci/{namespace}-{name}' }] },
      /vaults\[0\]\.path must have a \/ between \{namespace\} and \{name\}/,
    ],
    [
      {
        vaults: [
          { name: 'a', type: 'files', directory: '/ci/{namespace}.{name}/x' },
        ],
      },
      /vaults\[0\]\.directory must have a \/ between/,
    ],
    [
      { vaults: [{ ...kv2, tokenFile: '/t' }] },
      /vaults\[0\] needs either token or tokenFile/,
    ],
    [{ vaults: [kv2, kv2] }, /two vaults of one name/],
    [{ vaults: [{ ...kv2, url: 'ftp://vault' }] }, /vaults\[0\]\.url/],
    [
      {
        vaults: [
          { name: 'a', type: 'files', directory: 'x/{namespace}/{name}' },
        ],
      },
      /directory must be absolute/,
    ],
  ])('stops start-up by the name of what is wrong (%#)', (secrets, message) => {
    expect(() => read(secrets)).toThrow(message);
  });
});
