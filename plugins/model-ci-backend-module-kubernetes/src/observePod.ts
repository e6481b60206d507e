import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import {
  abortError,
  type Outcome,
  type Phase,
} from '@model-ci/backstage-plugin-model-ci-node';
import { Bell } from './Bell';
import { isForbidden } from './cluster/ApiError';
import type { Cluster } from './cluster/Cluster';
import { Deadline } from './observing/Deadline';
import { Ending } from './observing/Ending';
import { ImageFailures } from './observing/ImageFailures';
import { Phases } from './observing/Phases';
import { StageStart } from './observing/StageStart';
import { classify, type PodState } from './pods/classify';
import { findKill } from './pods/killNote';
import { awaitStart } from './pods/killPod';
import { podName } from './pods/podName';
import type { Pod } from './pods/podSchema';
import type { PodRecord } from './pods/record';
import { removalOf } from './pods/removal';

export interface ObservedAttempt {
  attemptId: string;
  uid: string;
  timeoutSeconds: number;
}

export interface ObserveOptions {
  cluster: Cluster;
  attempt: ObservedAttempt;
  signal: AbortSignal;
  onPhase(phase: Phase): void;
  /** What the sidecar has said before. */
  knownRecord(): PodRecord | undefined;
  readRecord(signal: AbortSignal): Promise<PodRecord>;
  /** Kills the attempt if its time is over; rejects if it is not, and is called again. */
  onDeadline(): Promise<void>;
}

/** What changes is reported by the watch; this only bounds how late a time that has come is seen. */
const LOOK_MS = 5_000;
const MAX_PAUSE_MS = 10_000;
const SECOND = 1000;
/** After so many failures in a row somebody should know. */
const MANY_FAILURES = 3;

/** Waits for the end of an attempt's pod. Whatever cannot be asked or is not understood ends nothing. */
export async function observePod(options: ObserveOptions): Promise<Outcome> {
  const { cluster, attempt, signal } = options;
  const name = podName(attempt.attemptId);
  const bell = new Bell();
  const unsubscribe = cluster.watch.subscribe(name, bell.ring);
  const start = new StageStart({
    ask: async stop => await awaitStart(cluster, name, stop),
    onChange: bell.ring,
    onFailure: (error, failures) => {
      if (failures === MANY_FAILURES) {
        cluster.warn(
          `The start of pod ${name} cannot be read at present: ${error}`,
        );
      }
    },
  });
  const ending = new Ending(cluster);
  const deadline = new Deadline(options);
  const phases = new Phases(options.onPhase);
  const images = new ImageFailures(cluster.config.imageGraceSeconds);
  try {
    await cluster.watch.untilListed(LOOK_MS, signal);
    for (let failures = 0; ; ) {
      if (signal.aborted) {
        throw abortError(signal);
      }
      try {
        const pod = await lookAt(cluster, attempt);
        const now = Date.now();
        const seen = images.judge(pod && classify(pod, now), now);
        start.look(seen);
        phases.show(seen, start.at);
        deadline.watch(start.at);
        const state = await ending.confirm(pod, seen, now);
        const outcome = await conclude(state, options);
        if (outcome) {
          // It may have ended before its start was known
          const startedAt = start.at ?? options.knownRecord()?.startedAt;
          phases.showStart(startedAt, pod?.spec.nodeName);
          return outcome;
        }
        if (start.refusal !== undefined) {
          throw start.refusal;
        }
        failures = 0;
        await bell.wait(LOOK_MS, signal);
      } catch (error) {
        if (signal.aborted) {
          throw abortError(signal);
        }
        if (isForbidden(error)) {
          throw error;
        }
        failures++;
        if (failures === MANY_FAILURES) {
          cluster.warn(`Pod ${name} cannot be observed at present: ${error}`);
        }
        await bell.wait(Math.min(250 * 2 ** failures, MAX_PAUSE_MS), signal);
      }
    }
  } finally {
    unsubscribe();
    start.stop();
    deadline.callOff();
  }
}

/** The attempt's pod as it was last seen; undefined where the server says that there is none. */
export async function lookAt(
  cluster: Cluster,
  { attemptId, uid }: Pick<ObservedAttempt, 'attemptId' | 'uid'>,
): Promise<Pod | undefined> {
  const name = podName(attemptId);
  const pod = cluster.watch.find(name) ?? (await cluster.findPod(name));
  return pod?.metadata.uid === uid ? pod : undefined;
}

/** The end, if there is one. The portal's own kills come before whatever the pod shows. */
async function conclude(
  state: PodState | undefined,
  options: ObserveOptions,
): Promise<Outcome | undefined> {
  const { cluster, attempt } = options;
  switch (state?.type) {
    case 'pending':
    case 'running':
    case 'unknown':
      return undefined;
    default: {
      const kill = await findKill(cluster, attempt.attemptId);
      return kill
        ? { type: 'killed', reason: kill }
        : await concludeEnd(state, options);
    }
  }
}

async function concludeEnd(
  state:
    | Exclude<
        PodState,
        { type: 'pending' } | { type: 'running' } | { type: 'unknown' }
      >
    | undefined,
  { cluster, attempt, knownRecord, readRecord, signal }: ObserveOptions,
): Promise<Outcome> {
  if (state === undefined || state.type === 'removed') {
    return await removalOf(cluster, attempt.attemptId, state?.reason);
  }
  if (state.type !== 'exited') {
    return state;
  }
  const { exitCode, sidecarEnded } = state;
  const known = knownRecord();
  if (!known && sidecarEnded !== undefined) {
    return {
      type: 'lost',
      reason: reason('kubernetes.lostResults', { why: sidecarEnded }),
    };
  }
  const { failure, ranMs } = known ?? (await readRecord(signal));
  if (failure !== undefined) {
    return {
      type: 'lost',
      reason: reason('kubernetes.lostWorkspace', { error: failure }),
    };
  }
  // What keeps the time while no backend is there leaves no other trace
  return exitCode !== 0 && ranMs >= attempt.timeoutSeconds * SECOND
    ? { type: 'killed', reason: 'timeout' }
    : { type: 'exited', exitCode };
}
