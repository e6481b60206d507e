import type Docker from 'dockerode';
import { containerName } from '../containers/containerName';
import { LABELS } from '../containers/labels';
import { isSandboxName } from '../networks/sandboxName';
import type { EngineClient } from './EngineClient';

/** Containers of ours on an engine, whatever their state. */
export async function listOwn(
  engine: EngineClient,
  filters: { status?: string[] } = {},
): Promise<Docker.ContainerInfo[]> {
  const containers = await engine.call(docker =>
    docker.listContainers({
      all: true,
      filters: { label: [LABELS.managed], ...filters },
    }),
  );
  return containers.filter(isOwn);
}

type Listed = Pick<Docker.ContainerInfo, 'Names' | 'Labels'>;

/**
 * Whether a container is what its labels say. A container of somebody else, or of a step of a build, may have them from
 * its image; but no image names containers, and ours are named after what they are.
 */
export function isOwn(container: Listed): boolean {
  const { Labels } = container;
  const name = nameOf(container);
  switch (Labels[LABELS.managed]) {
    case 'attempt':
      return isNamedAfter(name, Labels[LABELS.attempt]);
    case 'service':
      return isNamedAfter(name, Labels[LABELS.service]);
    case 'network':
      return isSandboxName(name) && Boolean(Labels[LABELS.owner]);
    default:
      return false;
  }
}

export function nameOf({ Names }: Pick<Listed, 'Names'>): string {
  return (Names[0] ?? '').replace(/^\//, '');
}

function isNamedAfter(name: string, id: string | undefined): boolean {
  try {
    return Boolean(id) && name === containerName(id ?? '');
  } catch {
    return false;
  }
}
