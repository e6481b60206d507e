import type { Cluster } from '../cluster/Cluster';
import { readContainerLog } from './objects';
import type { ServiceContainer, ServicePod } from './schemas';
import { FETCHER, SERVICE } from './serviceSpec';

/** The end of what the pods of a service wrote; where there are several, each under its name. */
export async function readServiceLog(
  cluster: Cluster,
  pods: ServicePod[],
  options: { hasBeenUp: boolean; maxBytes: number },
): Promise<string> {
  const each = Math.floor(options.maxBytes / Math.max(pods.length, 1));
  const logs = await Promise.all(
    pods.map(
      async pod =>
        [
          pod.metadata.name,
          await readPodLog(cluster, pod, { ...options, maxBytes: each }),
        ] as const,
    ),
  );
  const [only] = logs;
  return logs.length === 1
    ? only[1]
    : logs.map(([name, log]) => `==> ${name} <==\n${ended(log)}`).join('\n');
}

/**
 * Of a service that was started again after it had been up, what it wrote before is what people look for. Of one that
 * has never been up, one end is like the other.
 */
async function readPodLog(
  cluster: Cluster,
  { metadata: { name }, status }: ServicePod,
  { hasBeenUp, maxBytes }: { hasBeenUp: boolean; maxBytes: number },
): Promise<string> {
  const service = status.containerStatuses.find(
    container => container.name === SERVICE,
  );
  const read = async (container: string, previous = false) =>
    await readContainerLog(cluster, name, { container, previous, maxBytes });
  if (!hasRun(service)) {
    return await read(FETCHER);
  }
  const now = await read(SERVICE);
  const isRunning = service?.state.running !== undefined;
  if (!service?.restartCount || !isRunning || (!hasBeenUp && now !== '')) {
    return now;
  }
  const before = await read(SERVICE, true);
  return hasBeenUp
    ? `${ended(before)}${mark(service)}\n${now}`.slice(-maxBytes)
    : before;
}

function hasRun(service: ServiceContainer | undefined): boolean {
  return (
    service !== undefined &&
    (service.restartCount > 0 ||
      service.state.running !== undefined ||
      service.state.terminated !== undefined)
  );
}

function mark({ lastState }: ServiceContainer): string {
  const { exitCode, reason } = lastState.terminated ?? {};
  return `--- restarted${
    exitCode === undefined ? '' : ` after exit code ${exitCode}`
  }${reason === 'OOMKilled' ? ', out of memory' : ''} ---`;
}

function ended(log: string): string {
  return log === '' || log.endsWith('\n') ? log : `${log}\n`;
}
