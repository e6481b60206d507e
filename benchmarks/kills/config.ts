import { join } from 'node:path';
import type { JsonObject } from '@backstage/types';
import type { LoadOptions } from './load';

/** What a portal's app-config would say. */
export function configOf(options: LoadOptions): JsonObject {
  const { folder, docker, kubernetes, slurm, machine } = options;
  return {
    modelCi: {
      // Shorter than by default, so that what a killed backend left is cleaned up sooner.
      engine: { leaseDuration: { seconds: 5 }, maxLogBytes: 2 ** 30 },
      storage: storageOf(options),
      ...(machine && { transfers: { baseUrl: machine.transfers } }),
      executors: {
        process: {
          enabled: true,
          directory: join(folder, 'process'),
          node: { name: 'local', cpus: 8 },
        },
        ...(docker && {
          docker: {
            engines: [
              {
                ...{ name: 'docker-local', cpus: 4 },
                socketPath: '/var/run/docker.sock',
                networks: '10.234.0.0/16',
              },
            ],
          },
        }),
        ...(kubernetes && {
          kubernetes: {
            clusters: [
              {
                ...{ name: 'testbed', ...kubernetes, pull: 'Never' },
                sidecar: { image: 'localhost/tools:1', pull: 'Never' },
              },
            ],
          },
        }),
        ...(slurm && { slurm: { clusters: [slurmCluster(slurm)] } }),
      },
    },
  };
}

function storageOf({ folder, bucket }: LoadOptions): JsonObject {
  if (!bucket) {
    return { directory: join(folder, 'artifacts') };
  }
  const { name, endpoint, transferEndpoint, credentials } = bucket;
  return {
    s3: {
      ...{ bucket: name, endpoint, credentials },
      ...{ directTransfers: true, transferEndpoint },
    },
  };
}

function slurmCluster({
  root,
  directory,
}: NonNullable<LoadOptions['slurm']>): JsonObject {
  return {
    name: 'slurm',
    environment: {
      PATH: `${join(root, 'root/usr/bin')}:/usr/bin:/bin`,
      SLURM_CONF: join(root, 'etc/slurm.conf'),
    },
    directory,
    partitions: [{ name: 'main' }],
  };
}
