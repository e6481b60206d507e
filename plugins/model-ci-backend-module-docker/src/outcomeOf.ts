import { setTimeout as delay } from 'node:timers/promises';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import {
  abortError,
  untilAborted,
  type Outcome,
} from '@model-ci/backstage-plugin-model-ci-node';
import type Docker from 'dockerode';
import { readKillReason } from './containers/killReason';
import type { End } from './engines/ContainerWatch';
import type { DockerEngine } from './engines/DockerEngine';
import { isNoSuchContainer } from './engines/errors';

const KILLED = 128 + 9;
const MAX_BACKOFF_MS = 10_000;

const GONE: Outcome = {
  type: 'lost',
  reason: reason('docker.lostContainer'),
};

export interface ObservedContainer {
  engine: DockerEngine;
  containerId: string;
  attemptId: string;
}

/**
 * Waits for the end of a container and reports what it was, by the engine's word alone: nothing that runs in the
 * container is believed. Most ends are reported by the event; only where it was killed the engine is asked why,
 * until it answers.
 */
export async function outcomeOf(
  container: ObservedContainer,
  signal: AbortSignal,
): Promise<Outcome> {
  const { engine, containerId } = container;
  const end = await engine.watch.ended(containerId, signal);
  for (let failures = 0; ; failures++) {
    if (signal.aborted) {
      throw abortError(signal);
    }
    try {
      return await untilAborted(classify(container, end), signal);
    } catch {
      // An engine that cannot be asked ends nothing
      const pause = Math.min(200 * 2 ** failures, MAX_BACKOFF_MS);
      await delay(pause, undefined, { signal }).catch(() => {});
    }
  }
}

async function classify(
  container: ObservedContainer,
  end: End,
): Promise<Outcome> {
  if (end.type === 'gone') {
    return GONE;
  }
  const { exitCode, outOfMemory } = end;
  if (outOfMemory && exitCode !== undefined && exitCode !== 0) {
    return { type: 'killed', reason: 'out-of-memory' };
  }
  if (exitCode !== undefined && exitCode !== KILLED) {
    return { type: 'exited', exitCode };
  }
  const { engine, containerId, attemptId } = container;
  try {
    return await engine.raw(docker => inspect(docker, containerId, attemptId));
  } catch (error) {
    if (isNoSuchContainer(error)) {
      return GONE;
    }
    throw error;
  }
}

async function inspect(
  docker: Docker,
  containerId: string,
  attemptId: string,
): Promise<Outcome> {
  const { State } = await docker.getContainer(containerId).inspect();
  if (State.Status === 'removing' || State.Status === 'dead') {
    return GONE;
  }
  if (State.OOMKilled && State.ExitCode !== 0) {
    return { type: 'killed', reason: 'out-of-memory' };
  }
  const killed =
    State.ExitCode === KILLED
      ? await readKillReason(docker, attemptId)
      : undefined;
  return killed
    ? { type: 'killed', reason: killed }
    : { type: 'exited', exitCode: State.ExitCode };
}
