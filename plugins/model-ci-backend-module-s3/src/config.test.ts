import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { documentedConfigs } from '@model-ci/backstage-plugin-model-ci-node/testing';
import { readS3Settings } from './config';

const read = (s3?: JsonObject) =>
  readS3Settings(new ConfigReader({ modelCi: { storage: { s3 } } }));

describe('modelCi.storage.s3', () => {
  it('is off unless it is there', () => {
    expect(readS3Settings(new ConfigReader({}))).toBeUndefined();
  });

  it.each(documentedConfigs('docs/clusters.md', 'modelCi.storage.s3'))(
    'is read as it is documented: %s',
    (_, config) => {
      expect(readS3Settings(new ConfigReader(config))).toMatchObject({
        bucket: 'model-ci',
      });
    },
  );

  it('needs a bucket and nothing else', () => {
    expect(read({ bucket: 'models' })).toEqual({
      bucket: 'models',
      prefix: '',
      region: 'us-east-1',
      forcePathStyle: false,
    });
  });

  it('names the bucket in the path where a server has an endpoint', () => {
    const endpoint = 'https://s3.example.org:9000/';
    expect(read({ bucket: 'models', endpoint })).toMatchObject({
      endpoint: 'https://s3.example.org:9000',
      forcePathStyle: true,
    });
    expect(
      read({ bucket: 'models', endpoint, forcePathStyle: false }),
    ).toMatchObject({ forcePathStyle: false });
  });

  it('ends a prefix in a slash', () => {
    expect(read({ bucket: 'models', prefix: 'team/ci' })?.prefix).toBe(
      'team/ci/',
    );
    expect(read({ bucket: 'models', prefix: 'ci/' })?.prefix).toBe('ci/');
  });

  it('sends engines to the endpoint, or to another one', () => {
    const endpoint = 'http://10.0.0.1:9000';
    const base = { bucket: 'models', endpoint, directTransfers: true };
    expect(read(base)?.directTransfers).toEqual({ endpoint });
    expect(
      read({ ...base, transferEndpoint: 'https://s3.example.org' })
        ?.directTransfers,
    ).toEqual({ endpoint: 'https://s3.example.org' });
  });

  it.each([
    [{}, 'modelCi.storage.s3.bucket: is required'],
    [{ bucket: 'a/b' }, 'modelCi.storage.s3.bucket'],
    [{ bucket: 'models', buckets: 1 }, 'buckets'],
    [
      { bucket: 'models', endpoint: 's3.example' },
      'modelCi.storage.s3.endpoint',
    ],
    [
      { bucket: 'models', endpoint: 'https://me:secret@s3.example' },
      'modelCi.storage.s3.endpoint',
    ],
    [{ bucket: 'models', prefix: '/x' }, 'modelCi.storage.s3.prefix'],
    [{ bucket: 'models', prefix: 'a//b' }, 'modelCi.storage.s3.prefix'],
    [{ bucket: 'models', encryption: { type: 'rot13' } }, 'encryption.type'],
    [
      { bucket: 'models', encryption: { type: 'AES256', kmsKeyId: 'k' } },
      'modelCi.storage.s3.encryption',
    ],
    [
      { bucket: 'models', credentials: { accessKeyId: 'secret' } },
      'modelCi.storage.s3.credentials.secretAccessKey',
    ],
    [
      { bucket: 'models', caFile: '/no/such/file' },
      'modelCi.storage.s3.caFile',
    ],
    [
      { bucket: 'models', transferEndpoint: 'https://s3.example' },
      'modelCi.storage.s3.transferEndpoint',
    ],
  ])('refuses %j and names the key', (s3, key) => {
    let message = '';
    try {
      read(s3 as JsonObject);
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('Invalid configuration');
    expect(message).toContain(key);
    expect(message).not.toContain('secret@');
  });

  it('reads the authority, and says when it is none', async () => {
    const directory = await mkdtemp(join(tmpdir(), 's3-config-'));
    const caFile = join(directory, 'ca.pem');
    try {
      await writeFile(caFile, '-----BEGIN CERTIFICATE-----\n');
      expect(read({ bucket: 'models', caFile })?.ca).toContain('BEGIN');
      await writeFile(caFile, 'nothing');
      expect(() => read({ bucket: 'models', caFile })).toThrow(/caFile.*PEM/);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
