import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { parseSize } from '@model-ci/backstage-plugin-model-ci-common';
import {
  readRegistries,
  type Registry,
} from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';
import { imageBuildsSchema, type BuilderConfig } from './builds/builderConfig';
import { tolerationSchema } from './toleration';

const sizeSchema = z
  .union([z.string(), z.number()])
  .transform((value, context) => {
    const bytes = typeof value === 'number' ? value : parseSize(value);
    if (bytes === undefined || !(bytes > 0)) {
      context.addIssue({
        code: 'custom',
        message: 'is not a size; write it like 512Mi or 8Gi',
      });
      return z.NEVER;
    }
    return bytes;
  });

const textMap = z.record(z.string(), z.string()).default({});
const names = z.array(z.string().min(1)).default([]);

const containerSizeSchema = z.strictObject({
  cpus: z.number().positive(),
  memory: sizeSchema,
});

/** A DNS label, as Kubernetes calls it. */
const dnsLabel = z
  .string()
  .regex(
    /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/,
    'must be lower-case letters, digits and hyphens',
  );

const sidecarSchema = z.strictObject({
  image: z
    .string()
    .min(1)
    .default('docker.io/library/buildpack-deps:bookworm-curl'),
  pull: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
  requests: containerSizeSchema.default({ cpus: 0.01, memory: 32 * 2 ** 20 }),
  limits: containerSizeSchema.default({ cpus: 1, memory: 256 * 2 ** 20 }),
  caFile: z.string().optional(),
});

/** What stages may choose for themselves, of what gives a pod more than others have. */
const allowSchema = z.strictObject({
  serviceAccounts: names,
  runtimeClasses: names,
  priorityClasses: names,
  queues: names,
  labels: names,
  annotations: names,
  tolerations: names,
});

const SERVICE_PLACE = '{service}';

/** How deployments run and are reached. */
const servicesSchema = z.strictObject({
  reach: z.enum(['proxy', 'cluster', 'ingress']).optional(),
  url: z
    .string()
    .refine(
      text =>
        text.includes(SERVICE_PLACE) &&
        /^https?:$/.test(urlOrNothing(text)?.protocol ?? ''),
      `must be an http or https URL with ${SERVICE_PLACE} in it`,
    )
    .optional(),
  ingress: z
    .strictObject({
      className: z.string().min(1).optional(),
      annotations: textMap,
      tlsSecret: z.string().min(1).optional(),
    })
    .optional(),
  nodeLossSeconds: z.int().nonnegative().default(30),
});

/** Where an ingress has a service. */
export function ingressUrl(template: string, service: string): string {
  return template.replaceAll(SERVICE_PLACE, service).replace(/\/+$/, '');
}

function urlOrNothing(template: string): URL | undefined {
  const url = ingressUrl(template, 'service');
  return URL.canParse(url) ? new URL(url) : undefined;
}

const clusterSchema = z.strictObject({
  name: z.string().min(1),
  inCluster: z.literal(true).optional(),
  kubeconfig: z.string().min(1).optional(),
  context: z.string().min(1).optional(),
  server: z.url({ protocol: /^https?$/ }).optional(),
  caFile: z.string().min(1).optional(),
  token: z.string().min(1).optional(),
  tokenFile: z.string().min(1).optional(),
  namespace: dnsLabel.optional(),
  instance: dnsLabel.default('default'),
  nodeLabels: textMap,
  maxSubmitted: z.int().positive().optional(),
  capacity: z
    .strictObject({
      cpus: z.number().positive(),
      memory: sizeSchema,
      gpus: z.int().nonnegative().default(0),
    })
    .optional(),
  gpuResource: z.string().min(1).default('nvidia.com/gpu'),
  resources: z
    .strictObject({
      cpus: z.number().positive().optional(),
      memory: sizeSchema.optional(),
      ephemeralStorage: sizeSchema.optional(),
    })
    .default({}),
  labels: textMap,
  annotations: textMap,
  nodeSelector: textMap,
  tolerations: z.array(tolerationSchema).default([]),
  priorityClass: z.string().min(1).optional(),
  runtimeClass: z.string().min(1).optional(),
  serviceAccount: z.string().min(1).default('default'),
  serviceAccountToken: z.boolean().default(false),
  queue: z.string().min(1).optional(),
  imagePullSecrets: names,
  pull: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
  imageGraceSeconds: z.int().nonnegative().default(300),
  user: z
    .string()
    .regex(/^[1-9]\d*:\d+$/, "must be 'UID:GID' with numbers, and not root")
    .default('65534:65534'),
  readOnlyRoot: z.boolean().default(false),
  sidecar: sidecarSchema.prefault({}),
  services: servicesSchema.prefault({}),
  imageBuilds: imageBuildsSchema.optional(),
  allow: allowSchema.prefault({}),
});

type ReadCluster = Omit<
  z.infer<typeof clusterSchema>,
  'sidecar' | 'imageBuilds'
> & {
  sidecar: Sidecar;
  imageBuilds?: BuilderConfig;
};

type Sidecar = Omit<z.infer<typeof sidecarSchema>, 'caFile'> & {
  /** Certificates of who issued the backend's, as PEM. */
  ca?: string;
};

/** How a cluster is reached. */
export type Connection =
  | { type: 'in-cluster' }
  | { type: 'kubeconfig'; file: string; context?: string }
  | {
      type: 'server';
      url: string;
      caFile?: string;
      token?: string;
      tokenFile?: string;
    };

export type ClusterConfig = Omit<
  ReadCluster,
  | 'inCluster'
  | 'kubeconfig'
  | 'context'
  | 'server'
  | 'caFile'
  | 'token'
  | 'tokenFile'
> & {
  connection: Connection;
  /** The same for all clusters. */
  registries: Registry[];
};

const KEY = 'modelCi.executors.kubernetes.clusters';

/** Reads `modelCi.executors.kubernetes.clusters`. */
export function readClusterConfigs(root: Config): ClusterConfig[] {
  const registries = readRegistries(root);
  const clusters = (root.getOptionalConfigArray(KEY) ?? []).map(
    (config, index) => ({
      ...readCluster(config.get(), index, registries),
      registries,
    }),
  );
  const twice = clusters.find(
    ({ name }, index) =>
      clusters.findIndex(other => other.name === name) !== index,
  );
  if (twice) {
    throw new InputError(
      `Config ${KEY}: two clusters are named '${twice.name}'`,
    );
  }
  return clusters;
}

function readCluster(
  value: unknown,
  index: number,
  registries: Registry[],
): Omit<ClusterConfig, 'registries'> {
  const read = clusterSchema.safeParse(value);
  if (!read.success) {
    const { path, message } = read.error.issues[0];
    throw new InputError(
      `Config ${[`${KEY}[${index}]`, ...path.map(String)].join(
        '.',
      )}: ${message}`,
    );
  }
  const { inCluster, kubeconfig, context, server, ...rest } = read.data;
  const { caFile, token, tokenFile, sidecar, imageBuilds, ...other } = rest;
  const given = [inCluster, kubeconfig, server].filter(
    address => address !== undefined,
  );
  const fault = (message: string) =>
    new InputError(`Config ${KEY}[${index}] ('${rest.name}'): ${message}`);
  if (given.length !== 1) {
    throw fault("give one of 'inCluster', 'kubeconfig' and 'server'");
  }
  const { reach, url, ingress } = rest.services;
  if ((reach === 'ingress') !== (url !== undefined)) {
    throw fault("'services.reach: ingress' and 'services.url' go together");
  }
  if (ingress && (url === undefined || urlOrNothing(url)?.pathname !== '/')) {
    throw fault(
      "'services.ingress' needs 'services.url' with {service} in its host and no path",
    );
  }
  if (imageBuilds && registries.every(({ push }) => push === undefined)) {
    throw fault(
      "'imageBuilds' needs a registry that takes images, since nodes pull what they run: give one of modelCi.registries a path under 'push'",
    );
  }
  const common = {
    ...other,
    sidecar: withCa(sidecar, 'sidecar', fault),
    imageBuilds: imageBuilds && withCa(imageBuilds, 'imageBuilds', fault),
  };
  if (kubeconfig === undefined && context !== undefined) {
    throw fault("'context' goes with 'kubeconfig'");
  }
  if (server !== undefined) {
    if ((token === undefined) === (tokenFile === undefined)) {
      throw fault("'server' needs either 'token' or 'tokenFile'");
    }
    const connection: Connection = {
      type: 'server',
      url: server,
      caFile,
      token,
      tokenFile,
    };
    return { ...common, connection };
  }
  if (caFile ?? token ?? tokenFile) {
    throw fault("'caFile', 'token' and 'tokenFile' go with 'server'");
  }
  return {
    ...common,
    connection:
      kubeconfig === undefined
        ? { type: 'in-cluster' }
        : { type: 'kubeconfig', file: kubeconfig, context },
  };
}

/** With the certificates of its `caFile` in place of the path. */
function withCa<T extends { caFile?: string }>(
  { caFile, ...rest }: T,
  key: string,
  fault: (message: string) => Error,
): Omit<T, 'caFile'> & { ca?: string } {
  if (caFile === undefined) {
    return rest;
  }
  try {
    const ca = readFileSync(caFile, 'utf8');
    parseCertificate(ca);
    return { ...rest, ca };
  } catch (error) {
    throw fault(
      `'${key}.caFile' has no certificate as PEM at ${caFile}: ${error}`,
    );
  }
}

/** Throws where there is none. */
function parseCertificate(pem: string): X509Certificate {
  return new X509Certificate(pem);
}
