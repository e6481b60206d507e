import { availableParallelism, totalmem } from 'node:os';
import { resolve } from 'node:path';
import type { Config } from '@backstage/config';
import type { NodeResources } from '@model-ci/backstage-plugin-model-ci-common';
import {
  readGpuCount,
  readLabels,
  readSize,
} from '@model-ci/backstage-plugin-model-ci-node';

/** Somebody of the machine other than the backend. */
export interface StageUser {
  uid: number;
  gid: number;
}

export interface ProcessConfig {
  /** Absolute. */
  directory: string;
  /** Who runs scripts; the backend's own user by default. */
  user?: StageUser;
  node: {
    name: string;
    labels: Record<string, string>;
    /** Without its GPUs, which are found. */
    capacity: Omit<NodeResources, 'gpus'>;
    /** How many GPUs it offers at most; all that are found if absent. */
    gpus?: number;
  };
}

/** Reads `modelCi.executors.process`; undefined unless it is turned on. */
export function readProcessConfig(root: Config): ProcessConfig | undefined {
  const config = root.getOptionalConfig('modelCi.executors.process');
  if (!config?.getOptionalBoolean('enabled')) {
    return undefined;
  }
  const user = readUser(config);
  const gpus = readGpuCount(config, 'node.gpus');
  return {
    directory: resolve(config.getString('directory')),
    ...(user && { user }),
    node: {
      name: config.getOptionalString('node.name') ?? 'local',
      labels: readLabels(config, 'node.labels'),
      capacity: {
        cpus: config.getOptionalNumber('node.cpus') ?? availableParallelism(),
        memoryBytes: readSize(config, 'node.memory') ?? totalmem(),
      },
      ...(gpus !== undefined && { gpus }),
    },
  };
}

function readUser(config: Config): StageUser | undefined {
  const text = config.getOptionalString('user');
  if (text === undefined) {
    return undefined;
  }
  const [, uid, gid] = /^(\d+):(\d+)$/.exec(text) ?? [];
  if (uid === undefined) {
    throw new Error(
      `Config modelCi.executors.process.user: '${text}' must be a numeric user and group, like 1001:1001`,
    );
  }
  return { uid: Number(uid), gid: Number(gid) };
}
