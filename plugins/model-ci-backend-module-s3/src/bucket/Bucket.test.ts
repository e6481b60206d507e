import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { S3Settings } from '../config';
import { Bucket } from './Bucket';
import { createClient } from './createClient';

function answerTo({ url = '', headers }: IncomingMessage): string {
  if (url.includes('uploads')) {
    return '<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>';
  }
  return headers['x-amz-copy-source']
    ? '<CopyObjectResult><ETag>"1"</ETag></CopyObjectResult>'
    : '';
}

describe('calls to a bucket', () => {
  let server: Server;
  let seen: Array<Pick<IncomingMessage, 'url' | 'headers'>>;
  let isSilent: boolean;

  beforeEach(async () => {
    seen = [];
    isSilent = false;
    server = createServer((req, res) => {
      seen.push({ url: req.url, headers: req.headers });
      req.resume();
      if (!isSilent) {
        res.end(answerTo(req));
      }
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  function createBucket(rest: Partial<S3Settings>, impatient?: S3ClientConfig) {
    const { port } = server.address() as AddressInfo;
    const settings: S3Settings = {
      bucket: 'models',
      prefix: '',
      region: 'eu-central-1',
      endpoint: `http://127.0.0.1:${port}`,
      forcePathStyle: true,
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
      ...rest,
    };
    const client = impatient
      ? new S3Client({ ...settings, ...impatient })
      : createClient(settings);
    return new Bucket(client, {
      settings,
      clock: { now: Date.now, async wait() {} },
      patienceMs: 1000,
    });
  }

  /** Every call that makes an object. */
  async function makeObjects(bucket: Bucket) {
    await bucket.put('a', Buffer.from('a'));
    await bucket.beginUpload('b');
    await bucket.copy('b', 'c');
    await bucket.probe('d');
    return seen.map(({ headers }) => headers);
  }

  it.each<[S3Settings['encryption'], Record<string, string | undefined>]>([
    [undefined, { type: undefined, key: undefined }],
    [{ type: 'AES256' }, { type: 'AES256', key: undefined }],
    [{ type: 'aws:kms' }, { type: 'aws:kms', key: undefined }],
    [
      { type: 'aws:kms', kmsKeyId: 'ours' },
      { type: 'aws:kms', key: 'ours' },
    ],
  ])(
    'ask the server to encrypt what they make: %j',
    async (encryption, asked) => {
      const headers = await makeObjects(createBucket({ encryption }));
      expect(
        headers.map(sent => ({
          type: sent['x-amz-server-side-encryption'],
          key: sent['x-amz-server-side-encryption-aws-kms-key-id'],
        })),
      ).toEqual([asked, asked, asked, asked]);
    },
  );

  it('say that a copy is not made while a server is silent, and do not ask for it again', async () => {
    isSilent = true;
    const bucket = createBucket(
      {},
      { maxAttempts: 1, requestHandler: { socketTimeout: 50 } },
    );
    await expect(bucket.copy('b', 'c')).resolves.toBe(false);
    expect(seen).toHaveLength(1);
  });

  it('sign bodies with their digest, send no other checksum, and no secret', async () => {
    await makeObjects(createBucket({}));
    const [put] = seen;
    expect(put.url).toBe('/models/a?x-id=PutObject');
    expect(put.headers['x-amz-content-sha256']).toMatch(/^[0-9a-f]{64}$/);
    const names = Object.keys(put.headers);
    expect(names.filter(name => /checksum|trailer/.test(name))).toEqual([]);
    expect(put.headers.authorization).toContain('/eu-central-1/s3/');
    expect(JSON.stringify(seen)).not.toContain('secret');
  });
});
