import { setTimeout as delay } from 'node:timers/promises';
import { InputError } from '@backstage/errors';
import type { V1Secret } from '@kubernetes/client-node';
import {
  PlatformError,
  type AttemptSpec,
  type PendingPhase,
} from '@model-ci/backstage-plugin-model-ci-node';
import { ApiError, hasStatus, isThere } from '../cluster/ApiError';
import type { Cluster } from '../cluster/Cluster';
import type { PodOptions } from '../stageOptions';
import { builderPod, withBuilderFiles } from '../builds/builderPod';
import type { BuildPlan } from '../builds/planBuild';
import { demandedLimits } from './demandedLimits';
import { LABELS, labelValue } from './labels';
import { podName } from './podName';
import { podSchema, type Pod } from './podSchema';
import { podOf, secretOf } from './podSpec';
import type { StartSignals } from './Starts';

export interface StartOptions {
  options: PodOptions;
  /** Where the attempt builds an image. */
  build?: BuildPlan;
  signals: StartSignals;
  onPhase(phase: PendingPhase): void;
}

const QUOTA_PAUSE_MS = 2_000;
const MAX_QUOTA_PAUSE_MS = 30_000;

/**
 * Creates the pod of an attempt, or finds the one that is there. Then its Secret, without which no container of it
 * starts: so nothing runs of what a call creates that was given up long ago.
 */
export async function startPod(
  cluster: Cluster,
  spec: AttemptSpec,
  options: StartOptions,
): Promise<Pod> {
  const { withdrawn } = options.signals;
  const { pod, isNew } = await createPod(cluster, spec, options);
  let secret: V1Secret;
  try {
    secret = await secretOf(cluster.config, spec, { uid: pod.metadata.uid });
    withdrawn.throwIfAborted();
  } catch (error) {
    if (isNew) {
      await removeUnstarted(cluster, pod);
    }
    throw error;
  }
  try {
    await cluster.create(
      'secrets',
      options.build ? withBuilderFiles(secret, options.build) : secret,
    );
  } catch (error) {
    if (!isThere(error)) {
      throw explain(error);
    }
  }
  return pod;
}

/** A quota that is used up is waited for: others end, or an administrator raises it. */
async function createPod(
  cluster: Cluster,
  spec: AttemptSpec,
  { options, build, signals: { withdrawn, abandoned }, onPhase }: StartOptions,
): Promise<{ pod: Pod; isNew: boolean }> {
  const plain = podOf(cluster.config, spec, options);
  const body = build ? builderPod(plain, build) : plain;
  for (let waits = 0; ; waits++) {
    withdrawn.throwIfAborted();
    try {
      const created = await cluster.create('pods', body);
      return { pod: podSchema.parse(created), isNew: true };
    } catch (error) {
      if (hasStatus(error, 409)) {
        const found = await findOwn(cluster, spec.attemptId);
        if (found) {
          return { pod: found, isNew: false };
        }
      } else if (isOverQuota(error)) {
        onPhase({ type: 'pending', reason: quotaWords(error) });
      } else {
        throw explain(error);
      }
    }
    const pause = Math.min(QUOTA_PAUSE_MS * 1.5 ** waits, MAX_QUOTA_PAUSE_MS);
    await delay(pause * (0.5 + Math.random() / 2), undefined, {
      signal: AbortSignal.any([withdrawn, abandoned]),
    });
  }
}

/**
 * Removes a pod that never had its Secret, so that nothing of it can have started. Without force, a kubelet before 1.22
 * would let it go only when it has waited for the Secret for one to two minutes.
 */
async function removeUnstarted(
  cluster: Cluster,
  { metadata: { name, uid } }: Pod,
): Promise<void> {
  const hadSecret = await cluster.remove('secrets', name);
  if (!hadSecret) {
    await cluster.remove('pods', name, { graceSeconds: 0, uid });
  }
}

/** The pod of this name, if it is this attempt's; undefined where it has gone meanwhile. */
async function findOwn(
  cluster: Cluster,
  attemptId: string,
): Promise<Pod | undefined> {
  const pod = await cluster.findPod(podName(attemptId));
  const { labels = {} } = pod?.metadata ?? {};
  if (
    pod &&
    (labels[LABELS.attempt] !== labelValue(attemptId) ||
      labels[LABELS.instance] !== cluster.config.instance)
  ) {
    throw new Error(
      `Pod ${pod.metadata.name} in namespace '${cluster.namespace}' of cluster '${cluster.name}' belongs to another portal: give each its own 'instance' and namespace`,
    );
  }
  return pod;
}

function isOverQuota(error: unknown): error is ApiError {
  return hasStatus(error, 403) && /exceeded quota/.test(String(error));
}

function quotaWords({ message }: ApiError): string {
  return message.slice(message.indexOf('exceeded quota')).slice(0, 500);
}

/** What the server finds wrong with a pod is the stage's to mend, what it does not allow the portal an administrator's. */
function explain(error: unknown): unknown {
  const demanded = hasStatus(error, 403) && demandedLimits(String(error));
  if (demanded) {
    return new PlatformError(demanded, error);
  }
  return isRefusedInput(error) && error instanceof Error
    ? new InputError(error.message, error)
    : error;
}

export function isRefusedInput(error: unknown): boolean {
  return (
    hasStatus(error, 422) ||
    hasStatus(error, 400) ||
    (hasStatus(error, 403) &&
      !/cannot create resource|(exceeded|failed) quota/.test(String(error)))
  );
}
