import {
  parseSize,
  toReason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { NodeInfo } from '@model-ci/backstage-plugin-model-ci-node';
import { isError } from '@backstage/errors';
import { z } from 'zod';
import { hasStatus } from './cluster/ApiError';
import type { Cluster } from './cluster/Cluster';
import type { Permission } from './cluster/Permissions';
import { classify } from './pods/classify';

const quantitiesSchema = z.record(z.string(), z.string()).default({});

const nodesSchema = z.looseObject({
  items: z.array(
    z.looseObject({
      spec: z
        .looseObject({ unschedulable: z.boolean().optional() })
        .prefault({}),
      status: z
        .looseObject({
          allocatable: quantitiesSchema,
          conditions: z
            .array(z.looseObject({ type: z.string(), status: z.string() }))
            .default([]),
        })
        .prefault({}),
    }),
  ),
});

const quotasSchema = z.looseObject({
  items: z.array(
    z.looseObject({
      metadata: z.looseObject({ name: z.string() }),
      status: z
        .looseObject({ hard: quantitiesSchema, used: quantitiesSchema })
        .prefault({}),
    }),
  ),
});

type Capacity = NodeInfo['capacity'];

const NOTHING: Capacity = { cpus: 0, memoryBytes: 0, gpus: 0 };

/** A cluster as a node: what its largest attempt may ask for, and what is said of it. */
export async function inventoryOf(cluster: Cluster): Promise<NodeInfo> {
  const { config } = cluster;
  const common = {
    name: cluster.name,
    scheduling: 'cluster' as const,
    labels: config.nodeLabels,
    buildsImages: config.imageBuilds !== undefined,
    ...(config.maxSubmitted !== undefined && {
      maxSubmitted: config.maxSubmitted,
    }),
  };
  try {
    const [missing, nodes, quotas] = await Promise.all([
      cluster.permissions.missing(),
      nodesOf(cluster),
      quotasOf(cluster),
    ]);
    const largest = config.capacity
      ? {
          cpus: config.capacity.cpus,
          memoryBytes: config.capacity.memory,
          gpus: config.capacity.gpus,
        }
      : nodes?.largest;
    return {
      ...common,
      capacity: largest ?? NOTHING,
      health: missing.some(({ isVital }) => isVital)
        ? 'unreachable'
        : 'healthy',
      message: [
        ...lacks(cluster, missing),
        ...(largest
          ? []
          : [
              `What its nodes have cannot be read: grant 'list nodes', or set 'capacity' of cluster '${cluster.name}'`,
            ]),
        ...(nodes ? [nodes.text] : []),
        ...quotas,
        ...waiting(cluster),
      ].join('; '),
    };
  } catch (error) {
    return {
      ...common,
      capacity: NOTHING,
      health: 'unreachable',
      message: isError(error) ? error.message : String(error),
    };
  }
}

function lacks({ namespace }: Cluster, missing: Permission[]): string[] {
  const names = missing.map(({ verb, resource }) => `'${verb} ${resource}'`);
  return names.length === 0
    ? []
    : [
        `The portal's account may not do all that it has to in namespace '${namespace}': grant ${names.join(
          ', ',
        )}`,
      ];
}

async function nodesOf(
  cluster: Cluster,
): Promise<{ largest: Capacity; text: string } | undefined> {
  const { gpuResource } = cluster.config;
  try {
    const { items } = nodesSchema.parse(
      await cluster.api.call({ method: 'GET', path: '/api/v1/nodes' }),
    );
    const ready = items.filter(
      ({ spec, status }) =>
        !spec.unschedulable &&
        status.conditions.some(
          condition =>
            condition.type === 'Ready' && condition.status === 'True',
        ),
    );
    const each = ready.map(({ status: { allocatable } }) => ({
      cpus: quantity(allocatable.cpu),
      memoryBytes: quantity(allocatable.memory),
      gpus: quantity(allocatable[gpuResource]),
    }));
    const sum = (key: keyof Capacity) =>
      each.reduce((total, node) => total + node[key], 0);
    const most = (key: keyof Capacity) =>
      Math.max(0, ...each.map(node => node[key]));
    const gpus = sum('gpus');
    return {
      largest: {
        cpus: most('cpus'),
        memoryBytes: most('memoryBytes'),
        gpus: most('gpus'),
      },
      text: `${ready.length} of ${items.length} nodes take pods, with ${sum(
        'cpus',
      )} CPUs${gpus > 0 ? ` and ${gpus} GPUs` : ''}`,
    };
  } catch (error) {
    if (hasStatus(error, 403)) {
      return undefined;
    }
    throw error;
  }
}

async function quotasOf(cluster: Cluster): Promise<string[]> {
  try {
    const { items } = quotasSchema.parse(await cluster.list('resourcequotas'));
    return items.flatMap(({ metadata, status }) => {
      const used = Object.entries(status.hard).map(
        ([name, hard]) => `${name} ${status.used[name] ?? '0'} of ${hard}`,
      );
      return used.length > 0
        ? [`quota ${metadata.name}: ${used.join(', ')}`]
        : [];
    });
  } catch (error) {
    if (hasStatus(error, 403)) {
      return [];
    }
    throw error;
  }
}

/** How many of this portal's pods wait, and why most of them do. */
function waiting({ watch }: Cluster): string[] {
  const reasons = watch.all().flatMap(pod => {
    const state = classify(pod, Date.now());
    return state.type === 'pending' ? [toReason(state.reason).text] : [];
  });
  if (reasons.length === 0) {
    return [];
  }
  const counts = new Map<string, number>();
  for (const reason of reasons) {
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const [first] = [...counts].sort(([, one], [, other]) => other - one)[0];
  return [`${reasons.length} pods wait: ${first}`];
}

/** A quantity of Kubernetes, such as `1500m`, `16Gi` or `2`. */
export function quantity(text: string | undefined): number {
  if (text === undefined) {
    return 0;
  }
  if (/^\d+m$/.test(text)) {
    return Number(text.slice(0, -1)) / 1000;
  }
  const plain = Number(text);
  return Number.isFinite(plain) ? plain : parseSize(text) ?? 0;
}
