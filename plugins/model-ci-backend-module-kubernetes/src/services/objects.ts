import { hasStatus, isThere } from '../cluster/ApiError';
import type { Cluster } from '../cluster/Cluster';
import { MANAGER } from '../pods/labels';

const GROUPS = {
  deployments: '/apis/apps/v1',
  horizontalpodautoscalers: '/apis/autoscaling/v1',
  ingresses: '/apis/networking.k8s.io/v1',
  pods: '/api/v1',
  secrets: '/api/v1',
  services: '/api/v1',
} as const;

// More lines than any tail that is shown
const TAIL_LINES = 5_000;
const LOG_MS = 10_000;

export type ServiceKind = keyof typeof GROUPS;

function pathOf(cluster: Cluster, kind: ServiceKind, name?: string): string {
  const all = `${GROUPS[kind]}/namespaces/${cluster.namespace}/${kind}`;
  return name === undefined ? all : `${all}/${name}`;
}

/** Creates an object; false where there is one of its name. */
export async function createObject(
  cluster: Cluster,
  kind: ServiceKind,
  body: object,
): Promise<boolean> {
  try {
    await cluster.api.call({
      method: 'POST',
      path: pathOf(cluster, kind),
      // So that changes by others can be told apart
      query: { fieldManager: MANAGER },
      body,
    });
    return true;
  } catch (error) {
    if (isThere(error)) {
      return false;
    }
    throw error;
  }
}

/** What the server has of an object; undefined where it says that there is none. */
export async function findObject(
  cluster: Cluster,
  kind: ServiceKind,
  name: string,
): Promise<unknown> {
  try {
    const path = pathOf(cluster, kind, name);
    return await cluster.api.call({ method: 'GET', path });
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}

/** Removes an object and whatever it owns; harmless where there is none. */
export async function removeObject(
  cluster: Cluster,
  kind: ServiceKind,
  name: string,
): Promise<void> {
  try {
    await cluster.api.call({
      method: 'DELETE',
      path: pathOf(cluster, kind, name),
      body: {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: 'Background',
      },
    });
  } catch (error) {
    if (!isMissing(error)) {
      throw error;
    }
  }
}

export async function listPods(
  cluster: Cluster,
  labelSelector: string,
): Promise<unknown> {
  const path = pathOf(cluster, 'pods');
  return await cluster.api.call({
    method: 'GET',
    path,
    query: { labelSelector },
  });
}

/** The end of what a container wrote; nothing where nothing can be read of it. */
export async function readContainerLog(
  cluster: Cluster,
  pod: string,
  options: { container: string; previous?: boolean; maxBytes: number },
): Promise<string> {
  const { container, previous, maxBytes } = options;
  let tail = Buffer.alloc(0);
  try {
    const parts = cluster.api.bytes({
      method: 'GET',
      path: `${pathOf(cluster, 'pods', pod)}/log`,
      query: {
        container,
        tailLines: String(TAIL_LINES),
        ...(previous && { previous: 'true' }),
      },
      signal: AbortSignal.timeout(LOG_MS),
    });
    for await (const part of parts) {
      const all = Buffer.concat([tail, part]);
      tail = all.subarray(Math.max(0, all.length - maxBytes));
    }
  } catch (error) {
    // 400: the container has not started; 404: the pod went meanwhile
    if (!hasStatus(error, 400) && !hasStatus(error, 404)) {
      throw error;
    }
  }
  return tail.toString('utf8');
}

/** Something between here and the server may answer 404 for reasons of its own, which is no evidence. */
function isMissing(error: unknown): boolean {
  return (
    hasStatus(error, 404) &&
    error instanceof Error &&
    'reason' in error &&
    error.reason === 'NotFound'
  );
}
