import { setTimeout as delay } from 'node:timers/promises';
import type { Outcome } from '@model-ci/backstage-plugin-model-ci-node';
import type Docker from 'dockerode';
import { readKillReason } from './containers/killReason';
import type { End } from './engines/ContainerWatch';
import type { DockerEngine } from './engines/DockerEngine';
import { isNoSuchContainer } from './engines/errors';

const KILLED = 128 + 9;
const MAX_BACKOFF_MS = 10_000;

const GONE: Outcome = {
  type: 'lost',
  reason: 'Its container was removed from the engine',
};

/**
 * Waits for the end of a container and tells what it was. Most ends are told by the event alone; only
 * where it was killed the engine is asked why, until it answers.
 */
export async function outcomeOf(
  engine: DockerEngine,
  containerId: string,
): Promise<Outcome> {
  const end = await engine.watch.ended(containerId);
  for (let failures = 0; ; failures++) {
    try {
      return await classify(engine, containerId, end);
    } catch {
      // An engine that cannot be asked ends nothing
      await delay(Math.min(200 * 2 ** failures, MAX_BACKOFF_MS));
    }
  }
}

async function classify(
  engine: DockerEngine,
  containerId: string,
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
  try {
    return await engine.raw(docker =>
      inspect(docker.getContainer(containerId)),
    );
  } catch (error) {
    if (isNoSuchContainer(error)) {
      return GONE;
    }
    throw error;
  }
}

async function inspect(container: Docker.Container): Promise<Outcome> {
  const { State } = await container.inspect();
  if (State.Status === 'removing' || State.Status === 'dead') {
    return GONE;
  }
  if (State.OOMKilled && State.ExitCode !== 0) {
    return { type: 'killed', reason: 'out-of-memory' };
  }
  const reason =
    State.ExitCode === KILLED ? await readKillReason(container) : undefined;
  return reason
    ? { type: 'killed', reason }
    : { type: 'exited', exitCode: State.ExitCode };
}
