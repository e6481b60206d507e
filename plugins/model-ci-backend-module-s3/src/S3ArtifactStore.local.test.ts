import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  CreateMultipartUploadCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { ConfigReader } from '@backstage/config';
import {
  artifactStoreContract,
  eventually,
} from '@model-ci/backstage-plugin-model-ci-node/testing';
import { parse } from 'yaml';
import { readS3Settings, type S3Settings } from './config';
import { S3ArtifactStore } from './S3ArtifactStore';
import { createBucket, describeWithCeph } from './testing/ceph';
import { startProxy, startTlsProxy } from './testing/proxy';

const MB = 1024 * 1024;
const logger = { warn() {} };

jest.setTimeout(60_000);

/** Whole megabytes, none like the one before. */
function content(megabytes: number): Buffer {
  const bytes = Buffer.alloc(megabytes * MB);
  for (let i = 0; i < megabytes; i += 1) {
    bytes.fill(`${i} `, i * MB, (i + 1) * MB);
  }
  return bytes;
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function inChunks(bytes: Buffer): Readable {
  const chunks = Array.from(
    { length: Math.ceil(bytes.length / 65_536) },
    (_, i) => bytes.subarray(i * 65_536, (i + 1) * 65_536),
  );
  return Readable.from(chunks);
}

/** The first block of a language in a page. */
function blockOf(page: string, language: string): string {
  const [, block] = page.split(`\`\`\`${language}\n`);
  return block.split('```')[0];
}

describeWithCeph('S3 store on Ceph', ceph => {
  const create = async () => {
    const bucket = await createBucket(ceph, {
      prefix: 'team/model-ci/',
      directTransfers: { endpoint: ceph.endpoint },
    });
    const { settings, client } = bucket;
    const store = await S3ArtifactStore.create({ settings, logger });
    return {
      store,
      async damage(digest: string) {
        const hash = digest.slice('sha256:'.length);
        const bytes = await buffer(await store.open(digest));
        bytes.write('~', 1);
        await client.send(
          new PutObjectCommand({
            Bucket: settings.bucket,
            Key: `${settings.prefix}sha256/${hash}`,
            Body: bytes,
          }),
        );
      },
      async dispose() {
        store.dispose();
        await bucket.remove();
      },
    };
  };
  artifactStoreContract('S3 on Ceph', {
    features: { signsUrls: true, sweeps: true },
    create,
  });

  let bucket: Awaited<ReturnType<typeof createBucket>>;
  let store: S3ArtifactStore;

  beforeEach(async () => {
    bucket = await createBucket(ceph);
    store = await S3ArtifactStore.create({ settings: bucket.settings, logger });
  });

  afterEach(async () => {
    store.dispose();
    await bucket.remove();
  });

  const changed = (rest: Partial<S3Settings>) =>
    S3ArtifactStore.create({
      settings: { ...bucket.settings, ...rest },
      logger,
    });

  it('leaves one object by its digest, of small and of large blobs', async () => {
    const small = await store.write(Readable.from(['small']));
    const large = await store.write(inChunks(content(20)));

    expect((await bucket.keys()).sort()).toEqual(
      [small, large]
        .map(({ digest }) => `sha256/${digest.slice('sha256:'.length)}`)
        .sort(),
    );
    expect(await bucket.uploads()).toEqual([]);
  });

  it('takes a blob that ends with a part', async () => {
    const bytes = content(16);
    const blob = await store.write(inChunks(bytes));
    expect(blob).toEqual({ digest: digestOf(bytes), size: bytes.length });
    expect((await buffer(await store.open(blob.digest))).equals(bytes)).toBe(
      true,
    );
  });

  it('reads ranges across its pieces', async () => {
    const bytes = content(14);
    const { digest } = await store.write(inChunks(bytes));
    for (const [start, end] of [
      [4 * MB - 1, 4 * MB],
      [1, 13 * MB],
      [5 * MB, bytes.length + 100],
    ]) {
      const read = await buffer(await store.open(digest, { start, end }));
      expect(read.equals(bytes.subarray(start, end + 1))).toBe(true);
    }
    const beyond = await store.open(digest, { start: bytes.length });
    expect(await buffer(beyond)).toHaveLength(0);
  });

  it('copies in parts what is too large for one copy', async () => {
    const patchy = await S3ArtifactStore.create({
      settings: bucket.settings,
      logger,
      copySizes: { whole: 8 * MB, part: 6 * MB },
    });
    const bytes = content(20);
    const { digest } = await patchy.write(inChunks(bytes));
    expect((await buffer(await patchy.open(digest))).equals(bytes)).toBe(true);
    expect(await bucket.keys()).toHaveLength(1);
    patchy.dispose();
  });

  it('leaves nothing of a large write that breaks off', async () => {
    // No failure of the store, although it looks like one
    const lost = Object.assign(new Error('lost'), { code: 'ECONNRESET' });
    async function* broken() {
      yield content(20);
      throw lost;
    }
    await expect(store.write(Readable.from(broken()))).rejects.toBe(lost);
    expect(await bucket.keys()).toEqual([]);
    expect(await bucket.uploads()).toEqual([]);
  });

  it('passes no bytes on behind those that are damaged, not the last ones at least', async () => {
    const bytes = content(14);
    const { digest } = await store.write(inChunks(bytes));
    bytes.write('~', 1);
    const [Key] = await bucket.keys();
    await bucket.client.send(
      new PutObjectCommand({
        Bucket: bucket.settings.bucket,
        Key,
        Body: bytes,
      }),
    );
    let received = 0;
    const read = async () => {
      for await (const chunk of await store.open(digest)) {
        received += chunk.length;
      }
    };
    await expect(read()).rejects.toThrow(`${digest} is damaged`);
    expect(received).toBeLessThan(bytes.length);
  });

  it('sweeps what a killed backend left behind, and nothing that is written to', async () => {
    const child = spawn(
      process.execPath,
      [
        '--require',
        require.resolve('@backstage/cli/config/nodeTransform.cjs'),
        join(__dirname, 'testing/writeForever.ts'),
      ],
      {
        stdio: ['ignore'],
        env: {
          ...process.env,
          NODE_OPTIONS: '',
          SETTINGS: JSON.stringify(bucket.settings),
        },
      },
    );
    await eventually(
      async () => (await bucket.uploads()).length > 0,
      'an upload has begun',
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await bucket.keys()).toEqual([]);

    expect(await store.sweep()).toBe(0);
    expect(await store.sweep({ idleMs: -60_000 })).toBe(1);

    expect(await bucket.uploads()).toEqual([]);
  });

  it('sweeps objects that were never copied to their digest', async () => {
    const { bucket: Bucket } = bucket.settings;
    const Key = 'unfinished/left-behind';
    await bucket.client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    const elsewhere = 'of-somebody-else';
    await bucket.client.send(
      new PutObjectCommand({ Bucket, Key: elsewhere, Body: 'x' }),
    );

    expect(await store.sweep()).toBe(0);
    expect(await store.sweep({ idleMs: -60_000 })).toBe(1);

    expect(await bucket.keys()).toEqual([elsewhere]);
  });

  it.each([
    [
      'a bucket that does not exist',
      { bucket: 'no-such-bucket' },
      /'no-such-bucket' does not exist at .*modelCi\.storage\.s3\.bucket/,
    ],
    [
      'a wrong secret',
      {
        credentials: { accessKeyId: 'testaccess', secretAccessKey: 'guessed' },
      },
      /SignatureDoesNotMatch.*modelCi\.storage\.s3\.credentials/,
    ],
    [
      'an unknown key',
      { credentials: { accessKeyId: 'nobody', secretAccessKey: 'guessed' } },
      /InvalidAccessKeyId.*modelCi\.storage\.s3\.credentials/,
    ],
  ])(
    'does not start with %s, and says what to do',
    async (_, rest, message) => {
      const error = await changed(rest).catch(e => e);
      expect(error.message).toMatch(message);
      expect(error.message).not.toContain('guessed');
    },
  );

  it('needs no more than the policy in the documentation gives, with the configuration beside it', async () => {
    const page = await readFile(
      join(__dirname, '../../../docs/clusters.md'),
      'utf8',
    );
    const section = page.slice(page.indexOf('## Buckets'));
    const policy = blockOf(section, 'json');
    const env: Record<string, string> = {
      S3_ENDPOINT: ceph.endpoint,
      S3_ACCESS_KEY_ID: 'model-ci-key',
      S3_SECRET_ACCESS_KEY: 'model-ci-secret',
    };
    const text = blockOf(section, 'yaml').replace(
      /\$\{(\w+)\}/g,
      (_, name) => env[name],
    );
    const settings = readS3Settings(new ConfigReader(parse(text)));
    ceph.ensureUser('model-ci', 'model-ci-key', 'model-ci-secret');
    const documented = await createBucket(ceph, { bucket: 'model-ci' });
    await documented.client.send(
      new PutBucketPolicyCommand({ Bucket: 'model-ci', Policy: policy }),
    );
    try {
      const least = await S3ArtifactStore.create({
        settings: settings!,
        logger,
      });
      const bytes = content(20);
      const { digest } = await least.write(inChunks(bytes));
      expect((await buffer(await least.open(digest))).equals(bytes)).toBe(true);
      expect(await least.size(digestOf(Buffer.from('x')))).toBeUndefined();
      await documented.client.send(
        new CreateMultipartUploadCommand({
          Bucket: 'model-ci',
          Key: 'portal/unfinished/left',
        }),
      );
      expect(await least.sweep({ idleMs: -60_000 })).toBe(1);
      await least.delete(digest);
      expect(await documented.keys()).toEqual([]);
      least.dispose();
      await expect(
        S3ArtifactStore.create({
          settings: { ...settings!, prefix: 'elsewhere/' },
          logger,
        }),
      ).rejects.toThrow(/may not write to .*'elsewhere\/'.*docs\/clusters\.md/);
    } finally {
      await documented.remove();
    }
  });

  it.each([
    [
      'ignores, and would store in the clear',
      { type: 'AES256' },
      /does not encrypt .* with AES256, as 'modelCi\.storage\.s3\.encryption'/,
    ],
    [
      'needs a key for',
      { type: 'aws:kms' },
      /InvalidArgument.*the encryption named there/,
    ],
    [
      'cannot copy with',
      { type: 'aws:kms', kmsKeyId: 'model-ci-test' },
      /cannot copy .* what it has encrypted \(NotImplemented\)/,
    ],
  ] as const)(
    'does not start with an encryption that the server %s',
    async (_, encryption, message) => {
      await expect(changed({ encryption })).rejects.toThrow(message);
    },
  );

  it('trusts the authority that is configured, and says what to do about others', async () => {
    const { url, ca, close } = await startTlsProxy(ceph.endpoint);
    try {
      await expect(changed({ endpoint: url })).rejects.toThrow(
        /not trusted.*modelCi\.storage\.s3\.caFile/,
      );
      const trusting = await changed({ endpoint: url, ca });
      const { digest } = await trusting.write(Readable.from(['over TLS']));
      expect(await store.size(digest)).toBe(8);
      trusting.dispose();
    } finally {
      await close();
    }
  });

  it('does not take a bucket that was deleted for a blob that is missing', async () => {
    const gone = await createBucket(ceph);
    const orphan = await S3ArtifactStore.create({
      settings: gone.settings,
      logger,
    });
    await gone.remove();
    const digest = digestOf(Buffer.from('x'));
    const refusal = {
      name: 'ServiceUnavailableError',
      message: expect.stringContaining(gone.settings.bucket),
    };
    await expect(orphan.size(digest)).rejects.toMatchObject(refusal);
    await expect(orphan.open(digest)).rejects.toMatchObject(refusal);
    orphan.dispose();
  });

  describe('away for a while', () => {
    it('loses nothing that is under way when connections break and are refused', async () => {
      const proxy = await startProxy(ceph.endpoint);
      let pauses = 0;
      const through = await S3ArtifactStore.create({
        settings: { ...bucket.settings, endpoint: proxy.url },
        logger,
        clock: {
          now: Date.now,
          async wait() {
            pauses += 1;
            if (pauses === 3) await proxy.open();
          },
        },
      });
      const bytes = content(30);
      const source = new Readable({ read() {} });
      source.push(bytes.subarray(0, 20 * MB));
      const written = through.write(source);
      await eventually(
        async () => (await bucket.uploads()).length > 0,
        'an upload has begun',
      );
      await proxy.close();
      source.push(bytes.subarray(20 * MB));
      source.push(null);
      const { digest } = await written;
      expect(digest).toBe(digestOf(bytes));
      expect(pauses).toBeGreaterThanOrEqual(3);

      const reader = await through.open(digest);
      await once(reader, 'readable');
      pauses = 0;
      await proxy.close();
      expect((await buffer(reader)).equals(bytes)).toBe(true);
      through.dispose();
      await proxy.close();
    });

    it('is no reason not to start, and no blob is missing then', async () => {
      const proxy = await startProxy(ceph.endpoint);
      await proxy.close();
      const warnings: string[] = [];
      let now = Date.now();
      const away = await S3ArtifactStore.create({
        settings: { ...bucket.settings, endpoint: proxy.url },
        logger: { warn: message => warnings.push(message) },
        clock: {
          now: () => now,
          async wait(ms) {
            now += ms;
          },
        },
      });
      expect(warnings).toEqual([
        expect.stringMatching(/does not answer \(ECONNREFUSED\)/),
      ]);
      const { digest } = await store.write(Readable.from(['there']));
      const unavailable = { name: 'ServiceUnavailableError' };
      await expect(away.size(digest)).rejects.toMatchObject(unavailable);
      await expect(away.open(digest)).rejects.toMatchObject(unavailable);
      await expect(away.write(Readable.from(['lost']))).rejects.toMatchObject(
        unavailable,
      );

      await proxy.open();
      expect(await away.size(digest)).toBe(5);
      away.dispose();
      await proxy.close();
    });

    it('goes on with what hung when the server freezes and thaws', async () => {
      const bytes = content(20);
      const before = await store.write(Readable.from(['before']));
      let asked = 0;
      const proxy = await startProxy(ceph.endpoint, () => {
        asked += 1;
      });
      const through = await changed({ endpoint: proxy.url });
      asked = 0;
      ceph.freeze();
      let write;
      let read;
      try {
        write = through.write(inChunks(bytes));
        read = through.open(before.digest).then(buffer);
        // Both have asked for something, which is not answered
        await eventually(() => asked >= 2, 'both have asked');
      } finally {
        ceph.thaw();
      }
      expect((await write).digest).toBe(digestOf(bytes));
      expect((await read).toString()).toBe('before');
      through.dispose();
      await proxy.close();
    });
  });
});
