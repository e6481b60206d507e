import { InputError } from '@backstage/errors';
import { parseSize } from '@model-ci/backstage-plugin-model-ci-common';
import { z } from 'zod';
import type { ClusterConfig } from './config';
import { tolerationSchema } from './toleration';

const textMap = z.record(z.string(), z.string());

/** What a stage may write under `kubernetes`. Which values it may choose is the cluster's to say. */
export const stageOptionsSchema = z.strictObject({
  nodeSelector: textMap.optional(),
  tolerations: z.array(tolerationSchema).optional(),
  labels: textMap.optional(),
  annotations: textMap.optional(),
  priorityClass: z.string().optional(),
  runtimeClass: z.string().optional(),
  serviceAccount: z.string().optional(),
  queue: z.string().optional(),
  readOnlyRoot: z.boolean().optional(),
  ephemeralStorage: z
    .string()
    .refine(text => parseSize(text) !== undefined, {
      message: 'is not a size; write it like 10Gi',
    })
    .optional(),
});

export type StageOptions = z.infer<typeof stageOptionsSchema>;

/** What a pod gets of cluster and stage together. */
export interface PodOptions {
  nodeSelector: Record<string, string>;
  tolerations: Array<z.infer<typeof tolerationSchema>>;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  priorityClass?: string;
  runtimeClass?: string;
  serviceAccount: string;
  queue?: string;
  readOnlyRoot: boolean;
  ephemeralStorageBytes?: number;
}

type Choice = keyof ClusterConfig['allow'];

/**
 * Puts the options of a stage on top of those of its cluster. What gives a pod more than others have (an account, a
 * runtime, a priority, a queue, a place on tainted nodes, names that other software acts on) is taken from a list in the
 * cluster's config only. What the cluster sets for node selector, labels and annotations stays.
 */
export function podOptions(
  cluster: ClusterConfig,
  stage: StageOptions,
): PodOptions {
  const { allow } = cluster;
  const choose = (
    option: 'priorityClass' | 'runtimeClass' | 'serviceAccount' | 'queue',
    choice: Choice,
  ) => {
    const value = stage[option];
    if (value !== undefined && value !== cluster[option]) {
      demand(cluster, option, value, allow[choice].includes(value), choice);
    }
    return value ?? cluster[option];
  };
  for (const kind of ['labels', 'annotations'] as const) {
    for (const name of Object.keys(stage[kind] ?? {})) {
      demand(cluster, kind, name, allow[kind].includes(name), kind);
    }
  }
  for (const { key = '' } of stage.tolerations ?? []) {
    const isAllowed = key !== '' && allow.tolerations.includes(key);
    demand(cluster, 'tolerations', key, isAllowed, 'tolerations');
  }
  const { ephemeralStorage } = stage;
  return {
    nodeSelector: { ...stage.nodeSelector, ...cluster.nodeSelector },
    tolerations: [...cluster.tolerations, ...(stage.tolerations ?? [])],
    labels: { ...stage.labels, ...cluster.labels },
    annotations: { ...stage.annotations, ...cluster.annotations },
    priorityClass: choose('priorityClass', 'priorityClasses'),
    runtimeClass: choose('runtimeClass', 'runtimeClasses'),
    serviceAccount:
      choose('serviceAccount', 'serviceAccounts') ?? cluster.serviceAccount,
    queue: choose('queue', 'queues'),
    readOnlyRoot: stage.readOnlyRoot ?? cluster.readOnlyRoot,
    ephemeralStorageBytes: smaller(
      ephemeralStorage === undefined ? undefined : parseSize(ephemeralStorage),
      cluster.resources.ephemeralStorage,
    ),
  };
}

function smaller(one?: number, other?: number): number | undefined {
  return one === undefined || other === undefined
    ? one ?? other
    : Math.min(one, other);
}

function demand(
  cluster: ClusterConfig,
  option: string,
  value: string,
  isAllowed: boolean,
  choice: Choice,
): void {
  if (!isAllowed) {
    const allowed = cluster.allow[choice];
    throw new InputError(
      `Cluster '${
        cluster.name
      }' does not let stages choose ${option} '${value}'${
        allowed.length > 0 ? `; it allows ${allowed.join(', ')}` : ''
      } (modelCi.executors.kubernetes.clusters[].allow.${choice})`,
    );
  }
}
