import { resolve } from 'node:path';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { readLabels } from '@model-ci/backstage-plugin-model-ci-node';
import { jobOptionsSchema, type JobOptions } from './jobOptions';

export interface SshConfig {
  host: string;
  user?: string;
  port?: number;
  keyFile?: string;
  knownHostsFile?: string;
}

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

const KEY = 'modelCi.executors.slurm.clusters';

/** What names a cluster or a node. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Nothing that a shell, or a pattern of Slurm's file names, would read as more than a name. */
const PATH = /^\/[\w./@+=:,-]*$/;

const DEFAULT_POLL_SECONDS = 2;

/** Reads `modelCi.executors.slurm.clusters`. */
export function readClusterConfigs(root: Config): ClusterConfig[] {
  const clusters = (root.getOptionalConfigArray(KEY) ?? []).map(readCluster);
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

function refuseDoubles(what: string, names: string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new InputError(`Config ${KEY}: two ${what} are named '${twice}'`);
  }
}

function readCluster(config: Config): ClusterConfig {
  const name = config.getString('name');
  const refuse = (key: string, why: string): never => {
    throw new InputError(`Config ${key} of Slurm cluster '${name}': ${why}`);
  };
  if (!NAME.test(name)) {
    refuse('name', 'use lowercase letters, digits and hyphens');
  }
  const directory = config.getString('directory');
  if (!PATH.test(directory)) {
    refuse(
      'directory',
      `'${directory}' must be an absolute path of letters, digits and ./@+=:,_-`,
    );
  }
  const prefix = readPrefix(config, refuse);
  const mountedAt = readMount(config, { directory, prefix });
  const pollSeconds =
    config.getOptionalNumber('pollSeconds') ?? DEFAULT_POLL_SECONDS;
  if (!(pollSeconds > 0 && pollSeconds <= 3600)) {
    refuse('pollSeconds', `${pollSeconds} must be more than 0, at most 3600`);
  }
  const containerCommand = config.getOptionalStringArray('containerCommand');
  if (containerCommand && !containerCommand.join(' ').includes('{image}')) {
    refuse('containerCommand', `one of its words must hold '{image}'`);
  }
  const partitions = config
    .getConfigArray('partitions')
    .map(partition => readPartition(partition, { name, config, refuse }));
  if (partitions.length === 0) {
    refuse('partitions', 'name at least one');
  }
  return {
    name,
    prefix,
    environment: readLabels(config, 'environment'),
    directory: directory.replace(/(?<=.)\/+$/, ''),
    ...(mountedAt !== undefined && { mountedAt: resolve(mountedAt) }),
    pollMs: pollSeconds * 1000,
    ...(containerCommand && { containerCommand }),
    partitions,
  };
}

/** Commands that run here see the folder where it is. */
function readMount(
  config: Config,
  { directory, prefix }: Pick<ClusterConfig, 'directory' | 'prefix'>,
): string | undefined {
  const isHere = prefix.type === 'words' && prefix.words.length === 0;
  return (
    config.getOptionalString('mountedAt') ?? (isHere ? directory : undefined)
  );
}

type Refuse = (key: string, why: string) => never;

function readPrefix(config: Config, refuse: Refuse): ClusterConfig['prefix'] {
  const words = config.getOptionalStringArray('commandPrefix');
  const ssh = config.getOptionalConfig('ssh');
  if (words && ssh) {
    refuse('commandPrefix', `give either 'commandPrefix' or 'ssh'`);
  }
  if (words && /(?:^|\/)ssh$/.test(words[0] ?? '')) {
    refuse(
      'commandPrefix',
      `a remote shell needs quoted words: write the connection under 'ssh'`,
    );
  }
  return ssh
    ? { type: 'ssh', ssh: readSsh(ssh) }
    : { type: 'words', words: words ?? [] };
}

function readSsh(config: Config): SshConfig {
  const port = config.getOptionalNumber('port');
  const texts = ['user', 'keyFile', 'knownHostsFile'] as const;
  return {
    host: config.getString('host'),
    ...(port !== undefined && { port }),
    ...Object.fromEntries(
      texts.flatMap(key => {
        const value = config.getOptionalString(key);
        return value === undefined ? [] : [[key, value]];
      }),
    ),
  };
}

const OPTION_KEYS = ['account', 'qos', 'constraint', 'time'] as const;

function readPartition(
  config: Config,
  cluster: { name: string; config: Config; refuse: Refuse },
): PartitionConfig {
  const name = config.getString('name');
  const node =
    config.getOptionalString('node') ??
    `${cluster.name}-${name.toLowerCase().replaceAll('_', '-')}`;
  if (!/^[\w.-]+$/.test(name)) {
    cluster.refuse('partitions', `'${name}' is not the name of a partition`);
  }
  if (!NAME.test(node)) {
    cluster.refuse(
      `node of partition '${name}'`,
      `'${node}' must have lowercase letters, digits and hyphens`,
    );
  }
  const maxSubmitted = config.getOptionalNumber('maxSubmitted');
  if (
    maxSubmitted !== undefined &&
    !(Number.isInteger(maxSubmitted) && maxSubmitted > 0)
  ) {
    cluster.refuse(
      `maxSubmitted of partition '${name}'`,
      `${maxSubmitted} must be a whole number, 1 or more`,
    );
  }
  return {
    name,
    node,
    labels: readLabels(config, 'labels'),
    ...(maxSubmitted !== undefined && { maxSubmitted }),
    options: readOptions(config, name, cluster),
  };
}

/** What the partition says, else what the cluster says. */
function readOptions(
  config: Config,
  name: string,
  cluster: { config: Config; refuse: Refuse },
): JobOptions {
  const written = OPTION_KEYS.flatMap(key => {
    const value =
      config.getOptional(key) ?? cluster.config.getOptional(key) ?? undefined;
    return value === undefined ? [] : [[key, value] as const];
  });
  const read = jobOptionsSchema.safeParse(Object.fromEntries(written));
  if (read.success) {
    return read.data;
  }
  const [issue] = read.error.issues;
  return cluster.refuse(
    `${issue.path.join('.')} of partition '${name}'`,
    issue.message,
  );
}
