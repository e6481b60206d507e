import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  containerOf,
  SIDECAR,
  nothingRuns,
  STAGE,
  type ContainerStatus,
  type Pod,
} from './podSchema';

/** What a pod says of its attempt. */
export type PodState =
  | {
      type: 'pending';
      reason: string | Reason;
      /** An image cannot be had: `final` where another try would not help, `retried` where the kubelet goes on trying. */
      image?: 'final' | 'retried';
    }
  /** Both containers run: the workspace comes, or the stage was let go. */
  | { type: 'running'; node?: string }
  /**
   * The stage's first process has ended, which the kubelet has seen. `sidecarEnded` where the sidecar has, too: then
   * nobody can be asked any more what became of the results, and a node that was switched off looks the same.
   */
  | { type: 'exited'; exitCode: number; sidecarEnded?: string }
  | { type: 'killed'; reason: 'timeout' | 'out-of-memory' | 'preempted' }
  | { type: 'lost'; reason: string | Reason }
  /** Somebody takes the pod away, and it has ended or its node does not say so in time: events may say who. */
  | { type: 'removed'; reason?: Reason }
  /** Ends nothing. */
  | { type: 'unknown' };

export const IMAGE_FAILURES: Record<string, 'final' | 'retried' | undefined> = {
  InvalidImageName: 'final',
  ErrImageNeverPull: 'final',
  ErrImagePull: 'retried',
  ImagePullBackOff: 'retried',
  ImageInspectError: 'retried',
  RegistryUnavailable: 'retried',
  SignatureValidationFailed: 'retried',
};

const NOT_STARTED = [
  'StartError',
  'ContainerCannotRun',
  'RunContainerError',
  'CreateContainerError',
];

/**
 * How long a pod that was to be gone may still be there. Its time of deletion includes what its containers are given to
 * end; whoever is later than that runs on a node that does not answer. Not configurable, since nothing else follows from
 * a shorter one.
 */
const DELETION_MARGIN_MS = 30_000;

/**
 * Reads a pod in a fixed order of evidence: what happened to the whole pod, then who takes it away, then how its
 * containers ended, then what they wait for. A state that is not known ends nothing. Why the portal itself has killed
 * an attempt is noted elsewhere, and comes before all of this.
 */
export function classify(pod: Pod, now: number): PodState {
  return (
    podFailure(pod) ??
    disruption(pod) ??
    deletion(pod, now) ??
    containerEnd(pod) ??
    startOf(pod) ?? { type: 'unknown' }
  );
}

function podFailure({ status }: Pod): PodState | undefined {
  if (status.phase !== 'Failed' || !status.reason) {
    return undefined;
  }
  switch (status.reason) {
    case 'DeadlineExceeded':
      return { type: 'killed', reason: 'timeout' };
    case 'Preempting':
    case 'Preempted':
      return { type: 'killed', reason: 'preempted' };
    default:
      return { type: 'lost', reason: words(status.reason, status.message) };
  }
}

/** Newer servers say who takes a pod away. */
function disruption({ metadata, status }: Pod): PodState | undefined {
  const target = status.conditions.find(
    condition =>
      condition.type === 'DisruptionTarget' && condition.status === 'True',
  );
  const isGoing =
    metadata.deletionTimestamp !== undefined || status.phase === 'Failed';
  if (!target || !isGoing) {
    return undefined;
  }
  return target.reason === 'PreemptionByScheduler'
    ? { type: 'killed', reason: 'preempted' }
    : {
        type: 'lost',
        reason: words(target.reason ?? 'Disrupted', target.message),
      };
}

/** A pod on a node that has died keeps all its states, and goes only when somebody removes it by force. */
function deletion(pod: Pod, now: number): PodState | undefined {
  const { metadata, spec } = pod;
  if (metadata.deletionTimestamp === undefined) {
    return undefined;
  }
  if (nothingRuns(pod)) {
    return { type: 'removed' };
  }
  return isOverdue(pod, now)
    ? {
        type: 'removed',
        reason: reason('kubernetes.lostNode', { node: spec.nodeName ?? '?' }),
      }
    : { type: 'unknown' };
}

/** Whether a pod that was to be gone is still there although its node has had its time. */
export function isOverdue({ metadata }: Pod, now: number): boolean {
  const { deletionTimestamp } = metadata;
  return (
    deletionTimestamp !== undefined &&
    now > Date.parse(deletionTimestamp) + DELETION_MARGIN_MS
  );
}

function containerEnd(pod: Pod): PodState | undefined {
  const stage = containerOf(pod, STAGE)?.state.terminated;
  const sidecar = containerOf(pod, SIDECAR)?.state.terminated;
  const sidecarEnded =
    sidecar &&
    words(sidecar.reason ?? `exit code ${sidecar.exitCode}`, sidecar.message);
  if (stage) {
    const end = stageEnd(stage);
    return end.type === 'exited' && sidecarEnded !== undefined
      ? { ...end, sidecarEnded }
      : end;
  }
  if (sidecarEnded !== undefined) {
    return {
      type: 'lost',
      reason: reason('kubernetes.lostSidecar', { why: sidecarEnded }),
    };
  }
  return ['Failed', 'Succeeded'].includes(pod.status.phase)
    ? {
        type: 'lost',
        reason: reason('kubernetes.lostPod', {
          why: words(pod.status.phase, pod.status.message),
        }),
      }
    : undefined;
}

function stageEnd({
  exitCode,
  reason: word = '',
  message,
}: NonNullable<ContainerStatus['state']['terminated']>): PodState {
  if (word === 'OOMKilled' && exitCode !== 0) {
    return { type: 'killed', reason: 'out-of-memory' };
  }
  if (NOT_STARTED.includes(word)) {
    return {
      type: 'lost',
      reason: reason('kubernetes.lostStart', { error: words(word, message) }),
    };
  }
  if (word === 'ContainerStatusUnknown') {
    return { type: 'lost', reason: words(word, message) };
  }
  return { type: 'exited', exitCode };
}

function startOf(pod: Pod): PodState | undefined {
  const { phase } = pod.status;
  if (!['Pending', 'Running', ''].includes(phase)) {
    return undefined;
  }
  const statuses = [containerOf(pod, SIDECAR), containerOf(pod, STAGE)];
  const waiting = statuses.map(status => status?.state.waiting);
  const failing = waiting.find(
    state => state?.reason && state.reason !== 'ContainerCreating',
  );
  if (failing?.reason) {
    const image = IMAGE_FAILURES[failing.reason];
    return {
      type: 'pending',
      reason: words(failing.reason, failing.message),
      ...(image && { image }),
    };
  }
  const running = statuses.map(status => status?.state.running);
  if (running.every(state => state !== undefined)) {
    return {
      type: 'running',
      ...(pod.spec.nodeName && { node: pod.spec.nodeName }),
    };
  }
  return { type: 'pending', reason: waitOf(pod) };
}

/** In the scheduler's words, where it has said something. */
function waitOf({ spec, status }: Pod): string | Reason {
  const scheduled = status.conditions.find(
    ({ type }) => type === 'PodScheduled',
  );
  const gates = spec.schedulingGates.map(({ name }) => name).join(', ');
  if (scheduled?.status === 'False' || gates) {
    const said = words(
      scheduled?.reason ?? (gates ? 'SchedulingGated' : 'Unschedulable'),
      scheduled?.message,
    );
    return gates ? `${said} (${gates})` : said;
  }
  return spec.nodeName
    ? reason('kubernetes.waitNode', { node: spec.nodeName })
    : reason('kubernetes.waitScheduler');
}

/** A message may be long and have many lines; the first is for people. */
export function words(word: string, message = ''): string {
  const line = message.trim().replace(/\s+/g, ' ').slice(0, 500);
  return line ? `${word}: ${line}` : word;
}
