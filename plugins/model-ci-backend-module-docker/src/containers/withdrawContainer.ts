import { setTimeout as delay } from 'node:timers/promises';
import type { DockerEngine } from '../engines/DockerEngine';
import { isNoSuchContainer, statusOf } from '../engines/errors';
import {
  namedNetworkMode,
  sandboxOf,
  type SandboxName,
} from '../networks/Sandboxes';

const POLL_MS = 100;
const ROUNDS = 100;

/**
 * Removes the container of a name, running or not, and resolves only when the engine knows none: a call
 * that was given up may still be under way in the engine, and so may the removal by somebody else.
 */
export async function withdrawContainer(
  engine: DockerEngine,
  name: string,
): Promise<void> {
  const network = await networkOf(engine, name);
  const isRemoved = await engine.call(async docker => {
    let isMine = false;
    for (let round = 0; round < ROUNDS; round++) {
      try {
        await docker.getContainer(name).remove({ force: true, v: true });
        isMine = true;
      } catch (error) {
        if (isNoSuchContainer(error)) {
          return isMine;
        }
        // 409: it is being created or removed just now
        if (statusOf(error) !== 409) {
          throw error;
        }
        await delay(POLL_MS);
      }
    }
    throw new Error(
      `Docker engine '${engine.name}' does not remove container '${name}'; remove it by hand`,
    );
  });
  // Whoever else removed it has had its network used again
  if (network && isRemoved) {
    await engine.sandboxes[network.kind].discard(network.name);
  }
}

async function networkOf(
  engine: DockerEngine,
  name: string,
): Promise<SandboxName | undefined> {
  return engine.call(async docker => {
    try {
      const { HostConfig } = await docker.getContainer(name).inspect();
      return sandboxOf(await namedNetworkMode(docker, HostConfig.NetworkMode));
    } catch (error) {
      if (isNoSuchContainer(error)) {
        return undefined;
      }
      throw error;
    }
  });
}
