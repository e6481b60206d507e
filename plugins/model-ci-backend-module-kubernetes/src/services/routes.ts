import type { ServiceRoute } from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';
import type { Cluster } from '../cluster/Cluster';
import { ingressUrl, type ClusterConfig } from '../config';

/** What the API server answers in place of a service. */
const statusSchema = z.object({
  kind: z.literal('Status'),
  apiVersion: z.literal('v1'),
  message: z.string().default(''),
});

/** Through the API server, which every backend reaches that has a cluster; directly where it is one of the cluster's own pods. */
export function reachOf({
  connection,
  services,
}: ClusterConfig): 'proxy' | 'cluster' | 'ingress' {
  return (
    services.reach ?? (connection.type === 'in-cluster' ? 'cluster' : 'proxy')
  );
}

/** A service's address in its cluster. */
export function clusterUrl(
  { namespace }: Cluster,
  { name, port }: { name: string; port: number },
): string {
  return `http://${name}.${namespace}.svc:${port}`;
}

/** How the backend gets to a service; undefined where that is the service's address in its cluster. */
export async function routeOf(
  cluster: Cluster,
  { name, port }: { name: string; port: number },
): Promise<ServiceRoute | undefined> {
  const { config, namespace, api } = cluster;
  switch (reachOf(config)) {
    case 'proxy': {
      const { server, headers, tls } = await api.access();
      return {
        url: `${server}/api/v1/namespaces/${namespace}/services/${name}:${port}/proxy`,
        headers,
        tls,
        refusal,
      };
    }
    case 'ingress':
      return {
        url: ingressUrl(config.services.url ?? '', name),
        headers: {},
        tls: {},
      };
    default:
      return undefined;
  }
}

/** Why the API server itself has answered; undefined for the answers of services. */
function refusal(_status: number, body: string): string | undefined {
  try {
    return statusSchema.parse(JSON.parse(body)).message;
  } catch {
    return undefined;
  }
}
