import { InputError, isError } from '@backstage/errors';
import type { ServiceSpec } from '@model-ci/backstage-plugin-model-ci-node';
import type { Cluster } from '../cluster/Cluster';
import { isRefusedInput } from '../pods/startPod';
import type { PodOptions } from '../stageOptions';
import { createObject, findObject, removeObject } from './objects';
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
 * pods wait for their Secret, which comes last: nothing runs of a service that the cluster refuses in part. What is refused
 * for good leaves nothing behind; what may be taken later, such as over a quota, is gone on with by the next call.
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
    await createObject(cluster, 'services', serviceOf(parts, uid));
    const autoscaler = autoscalerOf(parts, uid);
    if (autoscaler) {
      await createObject(cluster, 'horizontalpodautoscalers', autoscaler);
    }
    const ingress = ingressOf(parts, uid);
    if (ingress) {
      await createObject(cluster, 'ingresses', ingress);
    }
    const { ca } = config.sidecar;
    const secret = await secretOf(parts, {
      uid,
      ...(ca !== undefined && { ca }),
    });
    await createObject(cluster, 'secrets', secret);
  } catch (error) {
    if (!isRefused(error)) {
      throw error;
    }
    await removeService(cluster, spec.serviceId);
    throw new InputError(error.message, error);
  }
}

/** Removes the Deployment and the address of a service; what else it owns the cluster removes with it. */
export async function removeService(
  cluster: Cluster,
  serviceId: string,
): Promise<void> {
  const name = serviceName(serviceId);
  await removeObject(cluster, 'deployments', name);
  await removeObject(cluster, 'services', name);
}

/** Another try would be refused as well: by the server, or by what is asked for itself. */
function isRefused(error: unknown): error is Error {
  return isError(error) && (isRefusedInput(error) || InputError.is(error));
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
