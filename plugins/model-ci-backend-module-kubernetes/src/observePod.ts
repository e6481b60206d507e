import {
  abortError,
  type Outcome,
  type Phase,
} from '@model-ci/backstage-plugin-model-ci-node';
import { Bell } from './Bell';
import { isForbidden } from './cluster/ApiError';
import type { Cluster } from './cluster/Cluster';
import { Deadline } from './observing/Deadline';
import { ImageFailures } from './observing/ImageFailures';
import { Phases } from './observing/Phases';
import { classify, type Verdict } from './pods/classify';
import { findKill } from './pods/killNote';
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
  /** What the helper has said before. */
  knownRecord(): PodRecord | undefined;
  readRecord(signal: AbortSignal): Promise<PodRecord>;
  /** Kills the attempt if its time is over; rejects if it is not, and is called again. */
  onDeadline(): Promise<void>;
}

/** What changes is reported by the watch; this only bounds how late a time that has come is seen. */
const LOOK_MS = 5_000;
const MAX_PAUSE_MS = 10_000;
/** Kubernetes gives times in whole seconds. */
const SECOND = 1000;

/** Waits for the end of an attempt's pod. Whatever cannot be asked or is not understood ends nothing. */
export async function observePod(options: ObserveOptions): Promise<Outcome> {
  const { cluster, attempt, signal } = options;
  const bell = new Bell();
  const unsubscribe = cluster.watch.subscribe(
    podName(attempt.attemptId),
    bell.ring,
  );
  const deadline = new Deadline(options);
  const phases = new Phases(options.onPhase);
  const images = new ImageFailures(cluster.config.imageGraceSeconds);
  try {
    for (let failures = 0; ; ) {
      if (signal.aborted) {
        throw abortError(signal);
      }
      try {
        const pod = await lookAt(cluster, attempt);
        const verdict = images.judge(
          pod ? classify(pod, Date.now()) : undefined,
          Date.now(),
        );
        phases.show(verdict);
        deadline.watch(verdict);
        const outcome = await conclude(verdict, options);
        if (outcome) {
          return outcome;
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
        await bell.wait(Math.min(250 * 2 ** failures, MAX_PAUSE_MS), signal);
      }
    }
  } finally {
    unsubscribe();
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
  verdict: Verdict | undefined,
  options: ObserveOptions,
): Promise<Outcome | undefined> {
  const { cluster, attempt } = options;
  switch (verdict?.type) {
    case 'pending':
    case 'running':
    case 'unknown':
      return undefined;
    default: {
      const reason = await findKill(cluster, attempt.attemptId);
      return reason
        ? { type: 'killed', reason }
        : await concludeEnd(verdict, options);
    }
  }
}

async function concludeEnd(
  verdict:
    | Exclude<
        Verdict,
        { type: 'pending' } | { type: 'running' } | { type: 'unknown' }
      >
    | undefined,
  { cluster, attempt, knownRecord, readRecord, signal }: ObserveOptions,
): Promise<Outcome> {
  if (verdict === undefined || verdict.type === 'removed') {
    return await removalOf(cluster, attempt.attemptId, verdict?.reason);
  }
  if (verdict.type !== 'exited') {
    return verdict;
  }
  const { exitCode, helperEnded } = verdict;
  const known = knownRecord();
  if (!known && helperEnded !== undefined) {
    return {
      type: 'lost',
      reason: `The helper container ended before it could be asked for the results: ${helperEnded}`,
    };
  }
  const { failure, ranMs } = known ?? (await readRecord(signal));
  if (failure !== undefined) {
    return { type: 'lost', reason: failure };
  }
  // What keeps the time while no backend is there leaves no other trace
  return exitCode !== 0 && ranMs >= attempt.timeoutSeconds * SECOND
    ? { type: 'killed', reason: 'timeout' }
    : { type: 'exited', exitCode };
}
