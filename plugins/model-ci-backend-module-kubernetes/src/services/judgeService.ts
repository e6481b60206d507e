import type { ServiceReplicas } from '@model-ci/backstage-plugin-model-ci-node';
import { IMAGE_FAILURES, words } from '../pods/classify';
import type {
  ServiceContainer,
  ServiceDeployment,
  ServicePod,
} from './schemas';
import { REFUSED } from './scripts';
import { FETCHER, SERVICE } from './serviceSpec';

/** What a Deployment and its pods say of a service. */
export type Judgement =
  | { type: 'pending'; reason: string }
  | { type: 'running'; startedAt?: string; replicas: ServiceReplicas }
  | { type: 'exited'; exitCode?: number; reason?: string };

interface Look {
  deployment: ServiceDeployment;
  pods: ServicePod[];
  now: number;
  /** How long an image may fail to be pulled. */
  imageGraceMs: number;
}

/**
 * Until all replicas have been ready once, the portal decides: what has exited, or can never start, has failed. From then on
 * Kubernetes keeps it alive, and it runs for as long as it is there, however it fares.
 */
export function judgeService(look: Look): Judgement {
  const { deployment } = look;
  const pods = look.pods.filter(isThere);
  const replicas = countReplicas(deployment, pods);
  if (hasBeenUp(deployment)) {
    return { type: 'running', replicas };
  }
  const end = pods
    .map(pod => endOf(pod, look))
    .find(found => found !== undefined);
  if (end) {
    return { type: 'exited', ...end };
  }
  const starts = pods.map(startOf);
  const waiting =
    pods.length < replicas.wanted || starts.some(start => start === undefined);
  return waiting
    ? { type: 'pending', reason: replicas.trouble ?? 'Its pods are being made' }
    : { type: 'running', startedAt: latest(starts), replicas };
}

/** The Deployment controller says so once, and goes on to say it. */
export function hasBeenUp({ status }: ServiceDeployment): boolean {
  return status.conditions.some(
    ({ type, reason }) =>
      type === 'Progressing' && reason === 'NewReplicaSetAvailable',
  );
}

/** Those that go, and those that were evicted, are replaced. */
function isThere({ metadata, status }: ServicePod): boolean {
  return (
    metadata.deletionTimestamp === undefined &&
    !['Failed', 'Succeeded'].includes(status.phase)
  );
}

function countReplicas(
  { spec, status }: ServiceDeployment,
  pods: ServicePod[],
): ServiceReplicas {
  const ready = pods.filter(isReady).length;
  const restarts = pods.reduce(
    (sum, pod) => sum + (serviceOf(pod)?.restartCount ?? 0),
    0,
  );
  const refused = status.conditions.find(
    condition =>
      condition.type === 'ReplicaFailure' && condition.status === 'True',
  );
  const started = (pod: ServicePod) => Number(startOf(pod) !== undefined);
  // Those that have not even started first
  const ordered = [...pods].sort((one, other) => started(one) - started(other));
  const trouble =
    ordered.map(troubleOf).find(found => found !== undefined) ??
    (refused && words(refused.reason ?? 'ReplicaFailure', refused.message));
  return {
    ready,
    wanted: spec.replicas,
    restarts,
    ...(ready < spec.replicas && trouble !== undefined && { trouble }),
  };
}

function isReady({ status }: ServicePod): boolean {
  return status.conditions.some(
    condition => condition.type === 'Ready' && condition.status === 'True',
  );
}

function serviceOf({ status }: ServicePod): ServiceContainer | undefined {
  return status.containerStatuses.find(({ name }) => name === SERVICE);
}

function fetcherOf({ status }: ServicePod): ServiceContainer | undefined {
  return status.initContainerStatuses.find(({ name }) => name === FETCHER);
}

function startOf(pod: ServicePod): string | undefined {
  return serviceOf(pod)?.state.running?.startedAt ?? undefined;
}

function latest(times: Array<string | undefined>): string | undefined {
  return times
    .filter(time => time !== undefined)
    .sort()
    .at(-1);
}

/** How a service ended before it was ever up; undefined while it may still get there. */
function endOf(
  pod: ServicePod,
  { now, imageGraceMs }: Look,
): { exitCode?: number; reason?: string } | undefined {
  const ended = lastEnd(serviceOf(pod));
  if (ended) {
    return describeEnd(ended);
  }
  const fetched = lastEnd(fetcherOf(pod));
  if (fetched?.exitCode === REFUSED) {
    return { reason: fetchFailure(fetched.message) };
  }
  const waits = waitingOf(pod);
  const failure = IMAGE_FAILURES[waits?.reason ?? ''];
  const since = Date.parse(
    fetcherOf(pod)?.state.terminated?.finishedAt ?? pod.status.startTime ?? '',
  );
  return failure === 'final' ||
    (failure === 'retried' && now - since > imageGraceMs)
    ? { reason: words(waits?.reason ?? '', waits?.message) }
    : undefined;
}

type End = NonNullable<ServiceContainer['state']['terminated']>;

function lastEnd(container: ServiceContainer | undefined): End | undefined {
  return container?.state.terminated ?? container?.lastState.terminated;
}

function describeEnd({ exitCode, reason = '', message }: End) {
  if (reason === 'OOMKilled') {
    return { exitCode, reason: 'It needed more memory than it asked for' };
  }
  return ['Error', 'Completed', ''].includes(reason)
    ? { exitCode }
    : { exitCode, reason: words(reason, message) };
}

/** Why a pod is not ready, in the words of whoever keeps it. */
function troubleOf(pod: ServicePod): string | undefined {
  if (isReady(pod)) {
    return undefined;
  }
  const fetched = fetcherOf(pod)?.lastState.terminated;
  if (fetched && fetched.exitCode !== 0 && !serviceOf(pod)?.state.running) {
    return fetchFailure(fetched.message);
  }
  const waits = waitingOf(pod);
  const ended = lastEnd(serviceOf(pod));
  if (ended && !serviceOf(pod)?.state.running) {
    const { exitCode, reason } = describeEnd(ended);
    return words(
      waits?.reason ?? 'Exited',
      `exit code ${exitCode}${reason === undefined ? '' : `, ${reason}`}`,
    );
  }
  if (
    waits?.reason !== undefined &&
    !['ContainerCreating', 'PodInitializing'].includes(waits.reason)
  ) {
    return words(waits.reason, waits.message);
  }
  return unscheduled(pod) ?? silent(pod);
}

function waitingOf(pod: ServicePod) {
  return [fetcherOf(pod), serviceOf(pod)]
    .map(container => container?.state.waiting)
    .find(
      waiting =>
        waiting?.reason !== undefined && waiting.reason !== 'PodInitializing',
    );
}

function unscheduled({ status }: ServicePod): string | undefined {
  const scheduled = status.conditions.find(
    ({ type }) => type === 'PodScheduled',
  );
  return scheduled?.status === 'False'
    ? words(scheduled.reason ?? 'Unschedulable', scheduled.message)
    : undefined;
}

function silent({ spec, ...pod }: ServicePod): string {
  const where = spec.nodeName === undefined ? '' : ` on ${spec.nodeName}`;
  return serviceOf({ spec, ...pod })?.state.running
    ? `The health path does not answer${where}`
    : `It is being started${where}`;
}

function fetchFailure(message = ''): string {
  return words('The workspace could not be fetched', message);
}
