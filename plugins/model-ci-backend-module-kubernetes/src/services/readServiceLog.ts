import type { Cluster } from '../cluster/Cluster';
import { readContainerLog } from './objects';
import type { ServiceContainer, ServicePod } from './schemas';
import { FETCHER, SERVICE } from './serviceSpec';

/** The end of what the pods of a service wrote; where there are several, each under its name. */
export async function readServiceLog(
  cluster: Cluster,
  all: ServicePod[],
  options: { hasBeenUp: boolean; maxBytes: number },
): Promise<string> {
  const staying = all.filter(
    ({ metadata }) => metadata.deletionTimestamp === undefined,
  );
  const pods = staying.length > 0 ? staying : all;
  const maxBytes = Math.floor(options.maxBytes / Math.max(pods.length, 1));
  const logs = await Promise.allSettled(
    pods.map(pod => readPodLog(cluster, pod, { ...options, maxBytes })),
  );
  // One whose node does not answer must not hide the others
  const failure = logs.find(log => log.status === 'rejected');
  if (failure && logs.every(log => log.status === 'rejected')) {
    throw failure.reason;
  }
  const texts = logs.map(log =>
    log.status === 'rejected' ? `--- ${log.reason} ---\n` : log.value,
  );
  return texts.length === 1
    ? texts[0]
    : texts
        .map(
          (text, index) =>
            `==> ${pods[index].metadata.name} <==\n${ended(text)}`,
        )
        .join('\n');
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
