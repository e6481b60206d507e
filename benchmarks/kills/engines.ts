import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import type { LoadOptions } from './load';

const run = promisify(execFile);

const {
  MODEL_CI_TEST_KUBERNETES: kubernetesFolder,
  MODEL_CI_TEST_SLURM: slurmFolder,
  MODEL_CI_TEST_CEPH: cephFolder,
} = process.env;

const NAME = `model-ci-kills-${process.pid}`;

/** What the load has in the engines that are there. */
export interface Places {
  docker: boolean;
  kubernetes?: LoadOptions['kubernetes'];
  slurm?: LoadOptions['slurm'];
  bucket?: Omit<NonNullable<LoadOptions['bucket']>, 'transferEndpoint'>;
}

/** Clusters and buckets are used where backends share a database, which is where they are used in earnest. */
export async function makePlaces(withClusters: boolean): Promise<Places> {
  return {
    docker: await hasDocker(),
    ...(withClusters && {
      ...(kubernetesFolder && {
        kubernetes: await makeNamespace(kubernetesFolder),
      }),
      ...(slurmFolder && { slurm: await makeFolder(slurmFolder) }),
      ...(cephFolder && { bucket: await makeBucket(cephFolder) }),
    }),
  };
}

async function hasDocker(): Promise<boolean> {
  return await run('docker', ['image', 'inspect', 'busybox']).then(
    () => true,
    () => false,
  );
}

async function makeNamespace(folder: string) {
  const kubeconfig = join(folder, 'kubeconfig');
  await kubectl(kubeconfig, 'create', 'namespace', NAME);
  return { kubeconfig, namespace: NAME };
}

async function makeFolder(root: string) {
  const directory = join(root, 'jobs', NAME);
  await mkdir(directory);
  await chmod(directory, 0o777);
  return { root, directory };
}

async function makeBucket(folder: string) {
  const lines = (await readFile(join(folder, 'env'), 'utf8')).split('\n');
  const env = Object.fromEntries(lines.map(line => line.split('=')));
  const bucket = {
    name: NAME,
    endpoint: env.S3_ENDPOINT,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID,
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
    },
  };
  await clientOf(bucket).send(new CreateBucketCommand({ Bucket: NAME }));
  return bucket;
}

function clientOf({
  endpoint,
  credentials,
}: NonNullable<Places['bucket']>): S3Client {
  return new S3Client({
    ...{ endpoint, region: 'us-east-1', forcePathStyle: true },
    // The SDK adds to what it is given
    credentials: { ...credentials },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

export async function removePlaces(places: Places): Promise<void> {
  const { kubernetes, slurm, bucket } = places;
  if (kubernetes) {
    const { kubeconfig, namespace } = kubernetes;
    await kubectl(kubeconfig, 'delete', 'namespace', namespace, '--wait=false');
  }
  if (slurm) {
    await rm(slurm.directory, { recursive: true });
  }
  if (bucket) {
    const client = clientOf(bucket);
    const Bucket = bucket.name;
    for await (const page of paginateListObjectsV2({ client }, { Bucket })) {
      for (const { Key } of page.Contents ?? []) {
        await client.send(new DeleteObjectCommand({ Bucket, Key }));
      }
    }
    await client.send(new DeleteBucketCommand({ Bucket }));
  }
}

/** What the attempts have left in the engines, in words. */
export async function listRemains({
  docker,
  kubernetes,
  slurm,
}: Places): Promise<string[]> {
  return [
    ...(docker ? await listContainers() : []).map(name => `container ${name}`),
    ...(kubernetes ? await listObjects(kubernetes) : []),
    ...(slurm ? await listJobs(slurm) : []),
  ];
}

async function listContainers(): Promise<string[]> {
  const { stdout } = await run('docker', [
    ...['ps', '--all', '--format', '{{.Names}}', '--filter'],
    'label=model-ci.dev/pipeline=modelpipeline:default/benchmark',
  ]);
  return linesOf(stdout);
}

async function listObjects({
  kubeconfig,
  namespace,
}: NonNullable<Places['kubernetes']>): Promise<string[]> {
  return linesOf(
    await kubectl(
      kubeconfig,
      ...['-n', namespace, 'get', 'pods,secrets', '-o', 'name'],
      ...['-l', 'app.kubernetes.io/managed-by=model-ci'],
    ),
  );
}

async function listJobs({
  root,
  directory,
}: NonNullable<Places['slurm']>): Promise<string[]> {
  const { stdout } = await run(
    join(root, 'root/usr/bin/squeue'),
    ['--noheader', '--format=%Z'],
    { env: { SLURM_CONF: join(root, 'etc/slurm.conf') } },
  );
  const folders = await readdir(join(directory, 'attempts'));
  return [
    ...linesOf(stdout)
      .filter(folder => folder.startsWith(directory))
      .map(folder => `job of ${folder}`),
    ...folders
      .filter(name => !name.startsWith('.'))
      .map(name => `folder ${name} of a job`),
  ];
}

function linesOf(text: string): string[] {
  return text.split('\n').filter(line => line !== '');
}

async function kubectl(kubeconfig: string, ...words: string[]) {
  const command = join(kubeconfig, '../root/usr/bin/kubectl');
  const { stdout } = await run(command, ['--kubeconfig', kubeconfig, ...words]);
  return stdout;
}

/** Runs a script of a testbed whose engine lies in `folder`. */
export async function testbed(
  folder: string,
  script: string,
  ...words: string[]
): Promise<void> {
  await run(resolve(__dirname, '../../testbed', script), words, {
    env: { ...process.env, TESTBED: resolve(folder, '..') },
    timeout: 180_000,
  });
}

export const FOLDERS = {
  kubernetes: kubernetesFolder,
  slurm: slurmFolder,
  ceph: cephFolder,
};
