import { setTimeout as delay } from 'node:timers/promises';
import { isError } from '@backstage/errors';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import {
  demandOwnImage,
  type Handle,
  type ServiceHost,
  type ServiceRoute,
  type ServiceSpec,
  type ServiceState,
} from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';
import type { Cluster } from '../cluster/Cluster';
import type { Clusters } from '../Clusters';
import { checkImage } from '../pods/images';
import { podOptions, stageOptionsSchema } from '../stageOptions';
import { hasBeenUp, judgeService } from './judgeService';
import { findObject, listPods, removeObject } from './objects';
import { readServiceLog } from './readServiceLog';
import { clusterUrl, routeOf } from './routes';
import {
  deploymentSchema,
  podListSchema,
  type ServiceDeployment,
  type ServicePod,
} from './schemas';
import { serviceName, serviceSelector } from './serviceSpec';
import { removeService, startService } from './startService';

const handleSchema = z.object({
  cluster: z.string(),
  serviceId: z.string(),
  port: z.int(),
});

type Service = z.infer<typeof handleSchema>;

/** A little longer than pods are given to end. The cluster goes on with it, also on a node that is away. */
const GONE_MS = 15_000;
const POLL_MS = 200;

/** Keeps services alive as Deployments, each with a Service. */
export class KubernetesServices implements ServiceHost {
  readonly scales = true;
  private readonly starting = new Map<string, Promise<Handle>>();

  constructor(private readonly clusters: Clusters) {}

  async start(spec: ServiceSpec): Promise<Handle> {
    let start = this.starting.get(spec.serviceId);
    if (!start) {
      start = this.startOnce(spec).finally(() =>
        this.starting.delete(spec.serviceId),
      );
      this.starting.set(spec.serviceId, start);
    }
    return await start;
  }

  async inspect(handle: Handle): Promise<ServiceState> {
    const { cluster, ...service } = this.find(handle);
    const name = serviceName(service.serviceId);
    const where = { name, cluster: cluster.name };
    try {
      const [deployment, address, pods] = await Promise.all([
        findDeployment(cluster, service),
        findObject(cluster, 'services', name),
        findPods(cluster, service),
      ]);
      if (!deployment) {
        return {
          type: 'exited',
          reason: reason('service.deploymentRemoved', where),
        };
      }
      if (address === undefined) {
        return {
          type: 'exited',
          reason: reason('service.addressRemoved', where),
        };
      }
      const judgement = judgeService({
        cluster: cluster.name,
        deployment,
        pods,
        now: Date.now(),
        imageGraceMs: cluster.config.imageGraceSeconds * 1000,
      });
      const url = clusterUrl(cluster, { name, port: service.port });
      return judgement.type === 'running' ? { ...judgement, url } : judgement;
    } catch (error) {
      return {
        type: 'unknown',
        reason: isError(error) ? error.message : String(error),
      };
    }
  }

  async route(handle: Handle): Promise<ServiceRoute | undefined> {
    const { cluster, serviceId, port } = this.find(handle);
    return await routeOf(cluster, { name: serviceName(serviceId), port });
  }

  async tailLog(handle: Handle, maxBytes: number): Promise<string> {
    const { cluster, ...service } = this.find(handle);
    const [deployment, pods] = await Promise.all([
      findDeployment(cluster, service),
      findPods(cluster, service),
    ]);
    return await readServiceLog(cluster, pods, {
      hasBeenUp: deployment !== undefined && hasBeenUp(deployment),
      maxBytes,
    });
  }

  async withdraw({
    serviceId,
    node,
  }: Pick<ServiceSpec, 'serviceId' | 'node'>): Promise<void> {
    // One that is under way is waited for, and then removed
    await this.starting.get(serviceId)?.catch(() => {});
    await this.remove(this.clusters.get(node), { serviceId });
  }

  async stop(handle: Handle): Promise<void> {
    const { cluster, ...service } = this.find(handle);
    await this.remove(cluster, service);
  }

  private async remove(
    cluster: Cluster,
    service: Pick<Service, 'serviceId'>,
  ): Promise<void> {
    const name = serviceName(service.serviceId);
    await removeService(cluster, service.serviceId);
    for (const due = Date.now() + GONE_MS; ; await delay(POLL_MS)) {
      const pods = await findPods(cluster, service);
      if (pods.length === 0 || Date.now() > due) {
        break;
      }
      await Promise.all(
        pods.filter(nothingRuns).map(pod => removeAtOnce(cluster, pod)),
      );
    }
    await removeObject(cluster, 'secrets', name);
  }

  private async startOnce(spec: ServiceSpec): Promise<Handle> {
    const cluster = this.clusters.get(spec.node);
    checkImage({ image: spec.image, stage: 'serving' });
    demandOwnImage(spec, cluster.config.registries);
    const options = podOptions(
      cluster.config,
      stageOptionsSchema.parse(spec.options ?? {}),
    );
    await startService(cluster, spec, options);
    const { serviceId, port } = spec;
    return { cluster: cluster.name, serviceId, port };
  }

  private find(handle: Handle): Omit<Service, 'cluster'> & {
    cluster: Cluster;
  } {
    const { cluster, ...service } = handleSchema.parse(handle);
    return { cluster: this.clusters.get(cluster), ...service };
  }
}

async function findDeployment(
  cluster: Cluster,
  { serviceId }: Pick<Service, 'serviceId'>,
): Promise<ServiceDeployment | undefined> {
  const name = serviceName(serviceId);
  const found = await findObject(cluster, 'deployments', name);
  const deployment =
    found === undefined ? undefined : deploymentSchema.parse(found);
  return deployment?.metadata.deletionTimestamp === undefined
    ? deployment
    : undefined;
}

async function findPods(
  cluster: Cluster,
  { serviceId }: Pick<Service, 'serviceId'>,
): Promise<ServicePod[]> {
  const selector = Object.entries(serviceSelector(cluster.config, serviceId))
    .map(pair => pair.join('='))
    .join(',');
  const { items } = podListSchema.parse(await listPods(cluster, selector));
  return items ?? [];
}

/** Its node has seen all of it end; what else the node has to tidy up may take it much longer. */
function nothingRuns({ metadata, status }: ServicePod): boolean {
  const containers = [
    ...status.initContainerStatuses,
    ...status.containerStatuses,
  ];
  return (
    metadata.deletionTimestamp !== undefined &&
    containers.length > 0 &&
    containers.every(({ state }) => state.running === undefined)
  );
}

async function removeAtOnce(
  cluster: Cluster,
  { metadata: { name, uid } }: ServicePod,
): Promise<void> {
  await cluster.remove('pods', name, { graceSeconds: 0, uid });
}
