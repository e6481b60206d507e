import type { NodeResources } from '@model-ci/backstage-plugin-model-ci-common';
import type { NodeInfo } from '@model-ci/backstage-plugin-model-ci-node';
import { chooseNode } from './chooseNode';
import type { Cordons, Held, Placed } from './placement';

/** What several services find when they look for room. */
export interface Rooms {
  reserved: ReadonlyMap<string, Held>;
  cordons: Cordons;
}

/** Finds nodes for services, one after the other: each takes its room from those behind it; one that finds none takes nothing. */
export function placeInTurn({ reserved, cordons }: Rooms) {
  const taken = new Map(reserved);
  return (
    executor: string,
    nodes: NodeInfo[],
    { imageNode, ...request }: NodeResources & { imageNode?: string },
  ): Placed => {
    const placed = chooseNode({
      ...{ executor, nodes, request, cordons, imageNode },
      reserved: taken,
    });
    if (placed.type === 'placed') {
      const { node, gpuIds } = placed;
      taken.set(node, hold(taken.get(node), request, gpuIds));
    }
    return placed;
  };
}

function hold(
  held: Held | undefined,
  { cpus, memoryBytes, gpus }: NodeResources,
  gpuIds: string[] = [],
): Held {
  return {
    ...held,
    cpus: (held?.cpus ?? 0) + cpus,
    memoryBytes: (held?.memoryBytes ?? 0) + memoryBytes,
    gpus: (held?.gpus ?? 0) + gpus,
    gpuIds: [...(held?.gpuIds ?? []), ...gpuIds],
  };
}
