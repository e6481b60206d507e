import { ServiceUnavailableError } from '@backstage/errors';
import { LABELS } from '../containers/labels';
import type { DockerEngine } from './DockerEngine';

/** Ids of GPUs that no container of ours on this engine holds. */
export async function freeGpus(
  engine: DockerEngine,
  count: number,
): Promise<string[]> {
  const containers = await engine.call(docker =>
    docker.listContainers({
      all: true,
      filters: {
        label: [LABELS.gpus],
        status: ['created', 'running', 'paused', 'restarting'],
      },
    }),
  );
  const held = new Set(
    containers.flatMap(({ Labels }) => Labels[LABELS.gpus].split(',')),
  );
  const free = Array.from({ length: engine.config.gpus }, (_, id) =>
    String(id),
  ).filter(id => !held.has(id));
  if (free.length < count) {
    throw new ServiceUnavailableError(
      `${count} GPUs are needed, ${free.length} of ${engine.config.gpus} are free on '${engine.name}'`,
    );
  }
  return free.slice(0, count);
}
