import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  paginateListObjectsV2,
  ListMultipartUploadsCommand,
  AbortMultipartUploadCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { createClient } from '../bucket/createClient';
import type { S3Settings } from '../config';

const TESTBED_SCRIPTS = join(
  dirname(
    require.resolve(
      '@model-ci/backstage-plugin-model-ci-backend-module-s3/package.json',
    ),
  ),
  '../../testbed/ceph',
);

/** The testbed's Ceph, with the user who owns its buckets. */
export interface Ceph {
  endpoint: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** Makes a user who owns nothing, anew. */
  ensureUser(name: string, accessKey: string, secretKey: string): void;
  freeze(): void;
  thaw(): void;
}

/** The Ceph that `testbed/ceph/up.sh` has started, or why there is none. */
export function findCeph(): { ceph: Ceph } | { reason: string } {
  const { MODEL_CI_TEST_CEPH: folder } = process.env;
  if (!folder) {
    return {
      reason:
        'MODEL_CI_TEST_CEPH does not name a running Ceph (testbed/ceph/README.md)',
    };
  }
  try {
    const env = readEnv(join(folder, 'env'));
    execFileSync('curl', [
      '-sf',
      '-m',
      '5',
      '-o',
      '/dev/null',
      env.S3_ENDPOINT,
    ]);
    return { ceph: describeCeph(env, dirname(folder)) };
  } catch (error) {
    return {
      reason: `no Ceph answers of '${folder}' (${
        String(error).split('\n')[0]
      })`,
    };
  }
}

function describeCeph(env: Record<string, string>, testbed: string): Ceph {
  const script = (name: string, ...args: string[]) =>
    execFileSync(join(TESTBED_SCRIPTS, name), args, {
      stdio: 'pipe',
      env: { ...process.env, TESTBED: testbed },
    });
  return {
    endpoint: env.S3_ENDPOINT,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID,
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
    },
    ensureUser(name, accessKey, secretKey) {
      const user = (verb: string, ...args: string[]) =>
        script(
          'admin.sh',
          'radosgw-admin',
          'user',
          verb,
          '--uid',
          name,
          ...args,
        );
      try {
        user('rm');
      } catch {
        // There is none yet.
      }
      user(
        'create',
        ...['--display-name', name],
        ...['--access-key', accessKey, '--secret-key', secretKey],
      );
    },
    freeze: () => script('freeze.sh'),
    thaw: () => script('thaw.sh'),
  };
}

function readEnv(path: string): Record<string, string> {
  return Object.fromEntries(
    readFileSync(path, 'utf8')
      .split('\n')
      .filter(line => line.includes('='))
      .map(line => [
        line.slice(0, line.indexOf('=')),
        line.slice(line.indexOf('=') + 1),
      ]),
  );
}

/** Tests of a Ceph that is there; skipped aloud without one, unless engines are demanded. */
export function describeWithCeph(
  name: string,
  tests: (ceph: Ceph) => void,
): void {
  const found = findCeph();
  if ('ceph' in found) {
    describe(name, () => tests(found.ceph));
    return;
  }
  if (process.env.MODEL_CI_REQUIRE_ENGINES === 'true') {
    describe(name, () => {
      it('has what it needs', () => {
        throw new Error(`MODEL_CI_REQUIRE_ENGINES is set, but ${found.reason}`);
      });
    });
    return;
  }
  // eslint-disable-next-line no-console
  console.warn(`Skipped: ${name}: ${found.reason}`);
  describe.skip(name, () => {
    it('needs a Ceph', () => {});
  });
}

let buckets = 0;

/** A bucket of its own, for its owner. */
export async function createBucket(
  { endpoint, credentials }: Ceph,
  rest: Partial<S3Settings> = {},
) {
  buckets += 1;
  const settings: S3Settings = {
    bucket: `test-${process.pid}-${Date.now()}-${buckets}`,
    prefix: '',
    region: 'us-east-1',
    endpoint,
    forcePathStyle: true,
    credentials,
    ...rest,
  };
  const client = createClient({ ...settings, endpoint, credentials });
  await client.send(new CreateBucketCommand({ Bucket: settings.bucket }));
  return {
    settings,
    client,
    keys: () => listKeys(client, settings.bucket),
    uploads: () => listUploads(client, settings.bucket),
    remove: () => removeBucket(client, settings.bucket),
  };
}

async function listKeys(client: S3Client, bucket: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2(
    { client },
    { Bucket: bucket },
  )) {
    keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
  }
  return keys;
}

async function listUploads(client: S3Client, bucket: string) {
  const { Uploads = [] } = await client.send(
    new ListMultipartUploadsCommand({ Bucket: bucket }),
  );
  return Uploads;
}

async function removeBucket(client: S3Client, bucket: string): Promise<void> {
  for (const { Key, UploadId } of await listUploads(client, bucket)) {
    await client.send(
      new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }),
    );
  }
  for (const key of await listKeys(client, bucket)) {
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  }
  await client.send(new DeleteBucketCommand({ Bucket: bucket }));
  client.destroy();
}
