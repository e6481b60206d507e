import type { NodeInfo } from '@model-ci/backstage-plugin-model-ci-node';
import type { PartitionConfig } from '../config';
import type { Partition } from './partitions';

const NOTHING = { cpus: 0, memoryBytes: 0, gpus: 0 };

/** A partition as a node of the portal; `partition` is absent where sinfo lists none of that name. */
export function nodeInfo(
  cluster: string,
  config: PartitionConfig,
  partition: Partition | undefined,
): NodeInfo {
  const message = partition
    ? messageOf(partition)
    : `Cluster '${cluster}' has no partition '${config.name}', or hides it from this user: correct modelCi.executors.slurm.clusters`;
  return {
    ...bare(config),
    labels: {
      cluster,
      partition: config.name,
      ...(partition && { timeLimit: partition.timeLimit }),
      ...(partition?.gpuTypes.length === 1 && { gpu: partition.gpuTypes[0] }),
      ...config.labels,
    },
    capacity: partition?.capacity ?? NOTHING,
    health: partition ? 'healthy' : 'unreachable',
    ...(message !== undefined && { message }),
  };
}

/** A partition whose cluster does not answer. */
export function unreachableNode(
  cluster: string,
  config: PartitionConfig,
  error: unknown,
): NodeInfo {
  return {
    ...bare(config),
    labels: { cluster, partition: config.name, ...config.labels },
    capacity: NOTHING,
    health: 'unreachable',
    message: `Cluster '${cluster}' does not answer: ${
      error instanceof Error ? error.message : error
    }`,
  };
}

function bare({ node, maxSubmitted }: PartitionConfig) {
  return {
    name: node,
    scheduling: 'cluster' as const,
    ...(maxSubmitted !== undefined && { maxSubmitted }),
  };
}

/** Jobs wait there, so it stays in use. */
function messageOf({
  name,
  availability,
  machines,
}: Partition): string | undefined {
  if (availability !== 'up') {
    return `Partition '${name}' is ${availability}: it starts no jobs until an administrator sets it up`;
  }
  const states = Object.keys(machines);
  return states.length > 0 && states.every(isAway)
    ? `No machine of partition '${name}' is available (${states.join(', ')})`
    : undefined;
}

function isAway(state: string): boolean {
  return /^(?:down|drain|fail|maint|powered_down|unknown)|\*$/.test(state);
}
