import {
  reason,
  type NodeResources,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { NodeInfo } from '@model-ci/backstage-plugin-model-ci-node';
import {
  IMAGE_NODE,
  Placement,
  type Cordons,
  type Held,
  type Placed,
} from './placement';

/** The node that the environment names, or else a healthy one with room; otherwise why there is none. */
export function chooseNode(options: {
  executor: string;
  node?: string;
  nodes: NodeInfo[];
  reserved: ReadonlyMap<string, Held>;
  request: NodeResources;
  cordons?: Cordons;
  /** The one node that has the image to be run. */
  imageNode?: string;
}): Placed {
  const { executor, node, request, imageNode } = options;
  const candidates = options.nodes.filter(
    ({ name }) => node === undefined || name === node,
  );
  if (node !== undefined && candidates.length === 0) {
    return {
      type: 'waits',
      reason: reason('placement.noSuchNode', { executor, node }),
      ahead: 0,
    };
  }
  return new Placement(
    [executor],
    candidates.map(info => ({ ...info, executor })),
    options.reserved,
    options.cordons,
  ).place({
    ...request,
    executor,
    nodeSelector: imageNode === undefined ? {} : { [IMAGE_NODE]: imageNode },
  });
}
