import { InputError } from '@backstage/errors';
import type { ServiceSpec } from '@model-ci/backstage-plugin-model-ci-node';
import type { Cluster } from '../cluster/Cluster';
import { isRefusedInput } from '../pods/startPod';
import type { PodOptions } from '../stageOptions';
import { createObject, findObject } from './objects';
import { deploymentSchema, type ServiceDeployment } from './schemas';
import {
  autoscalerOf,
  deploymentOf,
  ingressOf,
  secretOf,
  serviceName,
  serviceOf,
  serviceSelector,
} from './serviceSpec';

/**
 * Creates all that a service is made of, or what is missing of it. The Deployment comes first, since it owns the others; its
 * pods wait for their Secret.
 */
export async function startService(
  cluster: Cluster,
  spec: ServiceSpec,
  options: PodOptions,
): Promise<void> {
  const { config } = cluster;
  const parts = { cluster: config, spec, options };
  try {
    await createObject(cluster, 'deployments', deploymentOf(parts));
    const { uid } = (await findOwn(cluster, spec)).metadata;
    const { ca } = config.sidecar;
    const secret = await secretOf(parts, {
      uid,
      ...(ca !== undefined && { ca }),
    });
    await createObject(cluster, 'secrets', secret);
    await createObject(cluster, 'services', serviceOf(parts, uid));
    const autoscaler = autoscalerOf(parts, uid);
    if (autoscaler) {
      await createObject(cluster, 'horizontalpodautoscalers', autoscaler);
    }
    const ingress = ingressOf(parts, uid);
    if (ingress) {
      await createObject(cluster, 'ingresses', ingress);
    }
  } catch (error) {
    throw isRefusedInput(error) && error instanceof Error
      ? new InputError(error.message, error)
      : error;
  }
}

/** The Deployment of this name, which is this service's. */
async function findOwn(
  cluster: Cluster,
  { serviceId }: ServiceSpec,
): Promise<ServiceDeployment> {
  const name = serviceName(serviceId);
  const found = await findObject(cluster, 'deployments', name);
  if (found === undefined) {
    throw new Error(
      `Deployment ${name} was removed from cluster '${cluster.name}' right after it was made`,
    );
  }
  const deployment = deploymentSchema.parse(found);
  const { labels } = deployment.metadata;
  const own = Object.entries(serviceSelector(cluster.config, serviceId));
  if (own.some(([label, value]) => labels[label] !== value)) {
    throw new Error(
      `Deployment ${name} in namespace '${cluster.namespace}' of cluster '${cluster.name}' belongs to another portal: give each its own 'instance' and namespace`,
    );
  }
  return deployment;
}
