import { createHash } from 'node:crypto';
import {
  ANNOTATION_LOCATION,
  ANNOTATION_ORIGIN_LOCATION,
  KubernetesValidatorFunctions,
  type ResourceEntity,
} from '@backstage/catalog-model';
import { COMPUTE_NODE_RESOURCE_TYPE } from '@model-ci/backstage-plugin-model-ci-common';
import { z } from 'zod';

const resourcesSchema = z.object({
  cpus: z.number(),
  memoryBytes: z.number(),
  gpus: z.number(),
});

/** What of a node is kept in the catalog. */
export const computeNodeSchema = z.object({
  name: z.string().min(1),
  executor: z.string(),
  labels: z.record(z.string(), z.string()),
  capacity: resourcesSchema,
});

type Node = z.infer<typeof computeNodeSchema>;

/**
 * A node as a Resource. Only what belongs to the machine is in it: load and health change by the second, are read from
 * Model CI where they are shown, and would make the catalog write all the time.
 */
export function toResourceEntity(
  node: Node,
  options: { owner: string; location: string },
): ResourceEntity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Resource',
    metadata: {
      name: toEntityName(node.name),
      title: node.name,
      description: describe(node),
      labels: Object.fromEntries(
        Object.entries(node.labels).filter(
          ([key, value]) =>
            KubernetesValidatorFunctions.isValidLabelKey(key) &&
            KubernetesValidatorFunctions.isValidLabelValue(value),
        ),
      ),
      annotations: {
        [ANNOTATION_LOCATION]: options.location,
        [ANNOTATION_ORIGIN_LOCATION]: options.location,
        'model-ci.dev/executor': node.executor,
      },
    },
    spec: { type: COMPUTE_NODE_RESOURCE_TYPE, owner: options.owner },
  };
}

/** Names of nodes are free; those of entities are not. A name that had to be changed gets a hash, so that two never become one. */
function toEntityName(name: string): string {
  if (KubernetesValidatorFunctions.isValidObjectName(name)) {
    return name;
  }
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  const readable = name
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 54)
    .replace(/-+$/, '');
  return readable === '' ? hash : `${readable}-${hash}`;
}

function describe(node: Node): string {
  const { cpus, memoryBytes, gpus } = node.capacity;
  const parts = [
    `${cpus} ${cpus === 1 ? 'CPU' : 'CPUs'}`,
    `${Math.round((memoryBytes / 2 ** 30) * 10) / 10} GiB of memory`,
    ...(gpus > 0 ? [`${gpus} ${gpus === 1 ? 'GPU' : 'GPUs'}`] : []),
  ];
  return `Runs stages with the executor ${node.executor}: ${parts.join(', ')}`;
}
