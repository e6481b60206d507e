import { ServiceUnavailableError } from '@backstage/errors';
import { LABELS } from '../containers/labels';
import type { DockerEngine } from './DockerEngine';
import { listOwn } from './ownContainers';

/** Ids of GPUs that no container of ours on this engine holds. */
export async function freeGpus(
  engine: DockerEngine,
  count: number,
  holder: string,
): Promise<string[]> {
  const held = await heldGpus(engine, holder);
  const { devices } = await engine.gpus();
  const free = devices.map(({ id }) => id).filter(id => !held.has(id));
  if (free.length < count) {
    throw new ServiceUnavailableError(
      `${count} GPUs are needed, ${free.length} of ${devices.length} are free on '${engine.name}'`,
    );
  }
  return free.slice(0, count);
}

/** The GPUs given, if no container of ours on this engine holds one of them. */
export async function demandFree(
  engine: DockerEngine,
  gpuIds: string[],
  holder: string,
): Promise<string[]> {
  const held = await heldGpus(engine, holder);
  const taken = gpuIds.filter(id => held.has(id));
  if (taken.length > 0) {
    throw new ServiceUnavailableError(
      `GPU ${taken.join(', ')} of '${
        engine.name
      }' is still in another container of Model CI; remove it if nobody else does`,
    );
  }
  return gpuIds;
}

/** What others hold: a start that is repeated finds its own container. */
async function heldGpus(
  engine: DockerEngine,
  holder: string,
): Promise<Set<string>> {
  const containers = await listOwn(engine, {
    status: ['created', 'running', 'paused', 'restarting'],
  });
  return new Set(
    containers
      .filter(
        ({ Labels }) =>
          Labels[LABELS.attempt] !== holder &&
          Labels[LABELS.service] !== holder,
      )
      .flatMap(({ Labels }) =>
        (Labels[LABELS.gpus] ?? '').split(',').filter(Boolean),
      ),
  );
}
