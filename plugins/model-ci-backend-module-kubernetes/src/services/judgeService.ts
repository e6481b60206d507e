import {
  quoted,
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { ServiceReplicas } from '@model-ci/backstage-plugin-model-ci-node';
import { IMAGE_FAILURES, words } from '../pods/classify';
import { demandedLimits } from '../pods/demandedLimits';
import { changesOf, type Changes } from './changes';
import type {
  ServiceContainer,
  ServiceDeployment,
  ServicePod,
} from './schemas';
import { REFUSED } from './scripts';
import { FETCHER, SERVICE } from './serviceSpec';

/** What a Deployment and its pods say of a service. */
export type Judgement =
  | { type: 'pending'; reason: Reason }
  | {
      type: 'running';
      startedAt?: string;
      replicas: ServiceReplicas;
      notice?: Reason;
    }
  | { type: 'exited'; exitCode?: number; reason?: Reason };

interface Look {
  /** Its name. */
  cluster: string;
  deployment: ServiceDeployment;
  pods: ServicePod[];
  now: number;
  /** How long an image may fail to be pulled. */
  imageGraceMs: number;
}

/**
 * Until all replicas have been ready once, the portal decides: what has exited, or can never start, has failed. From then on
 * Kubernetes keeps it alive, and it runs for as long as it is there, however it fares. So it does where somebody else has
 * changed it, which begins another roll-out: that is reported, not undone.
 */
export function judgeService(look: Look): Judgement {
  const { deployment } = look;
  const pods = look.pods.filter(isThere);
  const changes = changesOf(deployment, look.cluster);
  const { trouble, ...counted } = countReplicas(deployment, pods, changes);
  const isMissing = counted.ready < counted.wanted;
  const replicas = {
    ...counted,
    ...(isMissing && trouble !== undefined && { trouble }),
  };
  const notice = changes.scaled ?? changes.edited;
  if (hasBeenUp(deployment) || changes.edited) {
    return { type: 'running', replicas, ...(notice && { notice }) };
  }
  const end = pods
    .map(pod => endOf(pod, look))
    .find(found => found !== undefined);
  if (end) {
    return { type: 'exited', ...end };
  }
  const starts = pods.map(startOf);
  const waiting =
    pods.length < counted.wanted || starts.some(start => start === undefined);
  return waiting
    ? { type: 'pending', reason: trouble ?? reason('service.preparing') }
    : { type: 'running', startedAt: latest(starts), replicas };
}

/** The Deployment controller says so once, and goes on to say it. */
export function hasBeenUp({ status }: ServiceDeployment): boolean {
  return status.conditions.some(
    condition =>
      condition.type === 'Progressing' &&
      condition.reason === 'NewReplicaSetAvailable',
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
  { status }: ServiceDeployment,
  pods: ServicePod[],
  { wanted, scaled }: Changes,
): Omit<ServiceReplicas, 'trouble'> & { trouble?: Reason } {
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
    scaled ??
    ordered.map(troubleOf).find(found => found !== undefined) ??
    (refused && refusalOf(refused));
  return {
    ready,
    wanted,
    restarts,
    ...(trouble && { trouble }),
  };
}

function refusalOf({
  reason: word = 'ReplicaFailure',
  message = '',
}: ServiceDeployment['status']['conditions'][number]): Reason {
  return reason('service.podsRefused', {
    said: demandedLimits(message) ?? words(word, message),
  });
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
): { exitCode?: number; reason?: Reason } | undefined {
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
    ? { reason: imageFailed(waits) }
    : undefined;
}

type End = NonNullable<ServiceContainer['state']['terminated']>;

function lastEnd(container: ServiceContainer | undefined): End | undefined {
  return container?.state.terminated ?? container?.lastState.terminated;
}

function describeEnd({ exitCode, reason: word = '', message }: End) {
  if (word === 'OOMKilled') {
    return { exitCode, reason: reason('service.outOfMemory') };
  }
  return ['Error', 'Completed', ''].includes(word)
    ? { exitCode }
    : { exitCode, reason: quoted(words(word, message)) };
}

/** Why a pod is not ready, in the words of whoever keeps it. */
function troubleOf(pod: ServicePod): Reason | undefined {
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
    return describeCrash(ended, waits);
  }
  if (
    waits?.reason !== undefined &&
    !['ContainerCreating', 'PodInitializing'].includes(waits.reason)
  ) {
    return IMAGE_FAILURES[waits.reason]
      ? imageFailed(waits)
      : quoted(words(waits.reason, waits.message));
  }
  return unscheduled(pod) ?? silent(pod);
}

function describeCrash(ended: End, waits: Waiting): Reason {
  const { exitCode, reason: why } = describeEnd(ended);
  return reason('service.crashed', {
    exitCode,
    said: why ?? waits?.reason ?? ended.reason ?? 'Error',
  });
}

function imageFailed(waits: Waiting): Reason {
  return reason('service.imageFailed', {
    said: words(waits?.reason ?? '', waits?.message),
  });
}

type Waiting = ReturnType<typeof waitingOf>;

function waitingOf(pod: ServicePod) {
  return [fetcherOf(pod), serviceOf(pod)]
    .map(container => container?.state.waiting)
    .find(
      waiting =>
        waiting?.reason !== undefined && waiting.reason !== 'PodInitializing',
    );
}

function unscheduled({ status }: ServicePod): Reason | undefined {
  const scheduled = status.conditions.find(
    ({ type }) => type === 'PodScheduled',
  );
  return scheduled?.status === 'False'
    ? reason('service.unschedulable', {
        said: words(scheduled.reason ?? 'Unschedulable', scheduled.message),
      })
    : undefined;
}

function silent(pod: ServicePod): Reason {
  const node = pod.spec.nodeName;
  if (node === undefined) {
    return reason('service.starting');
  }
  return serviceOf(pod)?.state.running
    ? reason('service.silent', { node })
    : reason('service.startingOn', { node });
}

function fetchFailure(message = ''): Reason {
  return reason('service.notFetched', {
    said: message.trim().replace(/\s+/g, ' ').slice(0, 500),
  });
}
