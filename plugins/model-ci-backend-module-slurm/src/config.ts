import { resolve } from 'node:path';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { z } from 'zod';
import { jobOptionsSchema, type JobOptions } from './jobOptions';

const KEY = 'modelCi.executors.slurm.clusters';

/** What names a cluster or a node. */
const nameSchema = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, {
  error: 'use lowercase letters, digits and hyphens',
});

/** Nothing that a shell, or a pattern of Slurm's file names, would read as more than a name. */
const pathSchema = z.string().regex(/^\/[\w./@+=:,-]*$/, {
  error: 'must be an absolute path of letters, digits and ./@+=:,_-',
});

const text = z.string().min(1);

/** Values that YAML reads as numbers or booleans are text here. */
const textsSchema = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean()]).transform(String),
);

const sshSchema = z.strictObject({
  host: text,
  user: text.optional(),
  port: z.number().int().min(1).max(65_535).optional(),
  keyFile: text.optional(),
  knownHostsFile: text.optional(),
});

const partitionSchema = jobOptionsSchema.extend({
  name: z.string().regex(/^[\w.-]+$/, {
    error: 'is not the name of a partition',
  }),
  node: nameSchema.optional(),
  labels: textsSchema.default({}),
  maxSubmitted: z.number().int().positive().optional(),
});

const clusterSchema = jobOptionsSchema.extend({
  name: nameSchema,
  ssh: sshSchema.optional(),
  commandPrefix: z
    .array(text)
    .refine(([command = '']) => !/(?:^|\/)ssh$/.test(command), {
      error:
        "a remote shell needs quoted words: write the connection under 'ssh'",
    })
    .optional(),
  environment: textsSchema.default({}),
  directory: pathSchema,
  mountedAt: text.optional(),
  pollSeconds: z.number().positive().max(3600).default(2),
  containerCommand: z
    .array(z.string())
    .refine(words => words.join(' ').includes('{image}'), {
      error: "one of its words must hold '{image}'",
    })
    .optional(),
  partitions: z.array(partitionSchema).min(1, 'name at least one'),
});

export type SshConfig = z.infer<typeof sshSchema>;

type ClusterSettings = z.infer<typeof clusterSchema>;

export interface PartitionConfig {
  name: string;
  /** Name of the node. */
  node: string;
  labels: Record<string, string>;
  maxSubmitted?: number;
  /** Where the stage says nothing. */
  options: JobOptions;
}

export interface ClusterConfig {
  name: string;
  prefix:
    | { type: 'words'; words: readonly string[] }
    | { type: 'ssh'; ssh: SshConfig };
  /** What Slurm's commands find in their environment. */
  environment: Record<string, string>;
  /** Where attempts lie, as the cluster's machines see it. */
  directory: string;
  /** The same folder as the backend sees it; absent where it does not. */
  mountedAt?: string;
  pollMs: number;
  /** What runs a script in an image. */
  containerCommand?: readonly string[];
  partitions: PartitionConfig[];
}

/** Reads `modelCi.executors.slurm.clusters`. Throws what names the key that is invalid. */
export function readClusterConfigs(root: Config): ClusterConfig[] {
  const { data, error } = z
    .array(clusterSchema)
    .safeParse(root.getOptional(KEY) ?? []);
  if (!data) {
    throw new InputError(`Invalid configuration: ${describe(error)}`);
  }
  const clusters = data.map(clusterOf);
  refuseDoubles(
    'clusters',
    clusters.map(({ name }) => name),
  );
  refuseDoubles(
    'nodes',
    clusters.flatMap(({ partitions }) => partitions.map(({ node }) => node)),
  );
  return clusters;
}

/** Messages of zod never quote the value, which may be a secret. */
function describe(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => `${[KEY, ...path].join('.')}: ${message}`)
    .join('; ');
}

function refuseDoubles(what: string, names: string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new InputError(
      `Invalid configuration: ${KEY}: two ${what} are named '${twice}'`,
    );
  }
}

function clusterOf(settings: ClusterSettings): ClusterConfig {
  const { name, environment, directory, pollSeconds, containerCommand } =
    settings;
  const prefix = prefixOf(settings);
  // Commands that run here see the folder where it is
  const isHere = prefix.type === 'words' && prefix.words.length === 0;
  const mountedAt = settings.mountedAt ?? (isHere ? directory : undefined);
  return {
    ...{ name, prefix, environment },
    directory: directory.replace(/(?<=.)\/+$/, ''),
    ...(mountedAt !== undefined && { mountedAt: resolve(mountedAt) }),
    pollMs: pollSeconds * 1000,
    ...(containerCommand && { containerCommand }),
    partitions: settings.partitions.map(partition =>
      partitionOf(partition, settings),
    ),
  };
}

function prefixOf({
  name,
  ssh,
  commandPrefix,
}: ClusterSettings): ClusterConfig['prefix'] {
  if (ssh && commandPrefix) {
    throw new InputError(
      `Invalid configuration: ${KEY}: cluster '${name}' has both 'commandPrefix' and 'ssh'`,
    );
  }
  return ssh
    ? { type: 'ssh', ssh }
    : { type: 'words', words: commandPrefix ?? [] };
}

/** What the partition says of jobs, else what the cluster says. */
function partitionOf(
  partition: ClusterSettings['partitions'][number],
  cluster: ClusterSettings,
): PartitionConfig {
  const { name, labels, maxSubmitted } = partition;
  const node =
    partition.node ??
    `${cluster.name}-${name.toLowerCase().replaceAll('_', '-')}`;
  if (!nameSchema.safeParse(node).success) {
    throw new InputError(
      `Invalid configuration: ${KEY}: partition '${name}' needs a 'node' of lowercase letters, digits and hyphens, since '${node}' is none`,
    );
  }
  return {
    ...{ name, node, labels },
    ...(maxSubmitted !== undefined && { maxSubmitted }),
    options: { ...optionsOf(cluster), ...optionsOf(partition) },
  };
}

function optionsOf({ account, qos, constraint, time }: JobOptions): JobOptions {
  return {
    ...(account !== undefined && { account }),
    ...(qos !== undefined && { qos }),
    ...(constraint !== undefined && { constraint }),
    ...(time !== undefined && { time }),
  };
}
