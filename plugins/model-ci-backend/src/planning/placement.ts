import {
  reason,
  type NodeResources,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { NodeInfo } from '@model-ci/backstage-plugin-model-ci-node';

/** A node of an executor, with what running attempts hold of it. */
export interface PlacementNode extends NodeInfo {
  executor: string;
}

/** What an attempt asks of a node. */
export interface Demand extends NodeResources {
  executor: string;
  nodeSelector: Record<string, string>;
}

export type Placed =
  | {
      type: 'placed';
      node: string;
      /** The devices it gets, on a node that lists its devices. */
      gpuIds?: string[];
      /** Whether the node's own scheduler decides when it starts. */
      isCluster?: true;
    }
  | {
      type: 'waits';
      reason: Reason;
      ahead: number;
      /** The node that is nearest to having room, where any could have it. */
      nearest?: string;
    };

/** What is held of a node. */
export interface Held extends NodeResources {
  /** Attempts that it was given. */
  submitted?: number;
  /** Devices that are held. */
  gpuIds?: string[];
  /** GPUs that are held by somebody who does not say which. */
  unnamedGpus?: number;
}

/** Nodes on which nothing new is placed, with the administrator's reason. */
export type Cordons = ReadonlyMap<string, string>;

interface Room {
  node: PlacementNode;
  /** What no attempt holds. */
  free: NodeResources;
  /** What is left of it once those who wait already have had their share. */
  left: NodeResources;
  /** Attempts that a cluster takes yet. */
  slots: number;
  /** Attempts before that wait for this node. */
  waiting: number;
  /** Devices that nobody of this node holds; absent where it does not list them. */
  gpuIds?: string[];
}

/** In a node selector: the name of the one node that has the image. No label of a node is named so. */
export const IMAGE_NODE = 'model-ci.dev/node-of-image';
/** In a node selector, with the value `true`: it has to build images there. No label of a node is named so either. */
export const BUILDER = 'model-ci.dev/builder';

const NOTHING: NodeResources = { cpus: 0, memoryBytes: 0, gpus: 0 };

/**
 * Finds nodes for waiting attempts, which have to be given in the order in which they came.
 *
 * Labels select, then capacity decides; among the nodes that fit, the one with most CPUs left is taken. What
 * an attempt lacks on the node that is nearest to having room for it stays reserved for it: later ones
 * may use what is left over, and can never overtake it for good.
 */
export class Placement {
  private readonly rooms: Room[];
  private readonly executors: ReadonlySet<string>;
  /** Devices by UUID that somebody holds, on whatever node: two nodes may be the same machine. */
  private readonly takenGpus: Set<string>;

  constructor(
    executors: Iterable<string>,
    nodes: PlacementNode[],
    reserved: ReadonlyMap<string, Held>,
    private readonly cordons: Cordons = new Map(),
  ) {
    this.executors = new Set(executors);
    this.takenGpus = new Set(
      [...reserved.values()].flatMap(({ gpuIds = [] }) =>
        gpuIds.filter(isUuid),
      ),
    );
    this.rooms = nodes.map(node => {
      const held = reserved.get(node.name);
      // A cluster is never full for the portal: its own scheduler knows what is free.
      const free = isCluster(node)
        ? node.capacity
        : subtract(node.capacity, held ?? NOTHING);
      const slots = (node.maxSubmitted ?? Infinity) - (held?.submitted ?? 0);
      const gpuIds = unheldGpus(node, held);
      return {
        node,
        free,
        left: free,
        slots,
        waiting: 0,
        ...(gpuIds && { gpuIds }),
      };
    });
  }

  /** Whether any node could take an attempt at all; false ends the search early in a long queue. */
  hasRoom(): boolean {
    return this.rooms.some(
      ({ node, left, slots }) =>
        node.health === 'healthy' &&
        !this.cordons.has(node.name) &&
        (isCluster(node) ? slots > 0 : left.cpus > 0),
    );
  }

  place(demand: Demand): Placed {
    const candidates = this.candidates(demand);
    if (!Array.isArray(candidates)) {
      return { type: 'waits', reason: candidates, ahead: 0 };
    }
    const fitting = candidates.filter(room => this.hasSpace(demand, room));
    if (fitting.length > 0) {
      const best = fitting.reduce((a, b) =>
        b.left.cpus > a.left.cpus ? b : a,
      );
      const gpuIds = this.takeGpus(demand, best);
      take(demand, best);
      return {
        type: 'placed',
        node: best.node.name,
        ...(gpuIds && { gpuIds }),
        ...(isCluster(best.node) && { isCluster: true }),
      };
    }
    const nearest = candidates.reduce((a, b) =>
      shortage(demand, this.leftOf(b)) < shortage(demand, this.leftOf(a))
        ? b
        : a,
    );
    const shortages = explainShortage(demand, {
      node: nearest.node,
      free: this.limit(nearest.free, nearest),
      left: this.leftOf(nearest),
    });
    const ahead = nearest.waiting;
    nearest.waiting++;
    if (!isCluster(nearest.node)) {
      nearest.left = subtract(nearest.left, demand);
    }
    return {
      type: 'waits',
      reason:
        ahead > 0
          ? reason('placement.behind', { reason: shortages, ahead })
          : shortages,
      ahead,
      nearest: nearest.node.name,
    };
  }

  private hasSpace(demand: Demand, room: Room): boolean {
    return isCluster(room.node)
      ? room.slots > 0
      : fits(demand, this.leftOf(room));
  }

  private leftOf(room: Room): NodeResources {
    return this.limit(room.left, room);
  }

  /** Where devices are listed, no more can be given than nobody has. */
  private limit(resources: NodeResources, room: Room): NodeResources {
    const devices = this.freeGpus(room);
    return devices
      ? { ...resources, gpus: Math.min(resources.gpus, devices.length) }
      : resources;
  }

  private freeGpus({ gpuIds }: Room): string[] | undefined {
    return gpuIds?.filter(id => !this.takenGpus.has(id));
  }

  private takeGpus(demand: Demand, room: Room): string[] | undefined {
    const free = this.freeGpus(room);
    if (!free || demand.gpus === 0) {
      return undefined;
    }
    const given = free.slice(0, demand.gpus);
    given.filter(isUuid).forEach(id => this.takenGpus.add(id));
    room.gpuIds = room.gpuIds?.filter(id => !given.includes(id));
    return given;
  }

  /** Places equal attempts one after the other; once one waits, those behind it are only counted. */
  placeMany(demand: Demand, count: number): void {
    for (let left = count; left > 0; left--) {
      const placed = this.place(demand);
      if (placed.type === 'waits') {
        const nearest = this.rooms.find(
          ({ node }) => node.name === placed.nearest,
        );
        if (nearest) {
          nearest.waiting += left - 1;
        }
        return;
      }
    }
  }

  /** The nodes that could take it if they were free, or why there is none. */
  private candidates(demand: Demand): Room[] | Reason {
    const { executor } = demand;
    if (!this.executors.has(executor)) {
      return reason('placement.executorNotInstalled', { executor });
    }
    const own = this.rooms.filter(({ node }) => node.executor === executor);
    if (own.length === 0) {
      return reason('placement.executorWithoutNode', { executor });
    }
    const labelled = own.filter(({ node }) => hasLabels(node, demand));
    const { [IMAGE_NODE]: holder } = demand.nodeSelector;
    if (labelled.length === 0 && holder !== undefined) {
      return reason('placement.imageElsewhere', { node: holder, executor });
    }
    if (labelled.length === 0) {
      return BUILDER in demand.nodeSelector
        ? reason('placement.noBuilder', { executor })
        : reason('placement.noMatch', {
            labels: Object.entries(demand.nodeSelector).map(
              ([label, value]) => `${label}=${value}`,
            ),
          });
    }
    const reachable = labelled.filter(({ node }) => node.health === 'healthy');
    if (reachable.length === 0) {
      const { name, message } = labelled[0].node;
      return reason('placement.unreachable', {
        executor,
        message: message ?? reason('placement.noAnswer', { node: name }),
      });
    }
    const large = reachable.filter(({ node }) => fits(demand, node.capacity));
    if (large.length === 0) {
      const best = reachable.reduce((a, b) =>
        shortage(demand, b.node.capacity) < shortage(demand, a.node.capacity)
          ? b
          : a,
      );
      return reason('placement.noNodeLargeEnough', {
        node: best.node.name,
        lacks: listLacks(demand, {
          free: best.node.capacity,
          left: best.node.capacity,
        }),
      });
    }
    const open = large.filter(({ node }) => !this.cordons.has(node.name));
    return open.length > 0 ? open : this.explainCordons(large);
  }

  private explainCordons(rooms: Room[]): Reason {
    return reason('placement.cordoned', {
      nodes: rooms.map(({ node: { name } }) =>
        reason('placement.cordonedNode', {
          node: name,
          reason: this.cordons.get(name) ?? '',
        }),
      ),
    });
  }
}

/**
 * Whether waiting is of no use while the nodes are as they are: the executor has nodes, and none of them has the labels
 * and the size. A node that does not answer and has not reported its size yet may have both.
 */
export function fitsNoNode(demand: Demand, nodes: PlacementNode[]): boolean {
  const own = nodes.filter(({ executor }) => executor === demand.executor);
  return (
    own.length > 0 &&
    !own.some(
      node =>
        hasLabels(node, demand) &&
        (fits(demand, node.capacity) ||
          (node.health !== 'healthy' && node.capacity.cpus === 0)),
    )
  );
}

function isCluster(node: NodeInfo): boolean {
  return node.scheduling === 'cluster';
}

/**
 * Devices of a node that nobody of it holds. None, where somebody holds one that is not among them or does not say which:
 * it could be any of them under another name.
 */
function unheldGpus(
  node: PlacementNode,
  held: Held | undefined,
): string[] | undefined {
  if (!node.gpuDevices || isCluster(node)) {
    return undefined;
  }
  const listed = new Set(node.gpuDevices.map(({ id }) => id));
  const { gpuIds = [], unnamedGpus = 0 } = held ?? {};
  if (unnamedGpus > 0 || gpuIds.some(id => !listed.has(id))) {
    return [];
  }
  return [...listed].filter(id => !gpuIds.includes(id));
}

/** Unlike a number, a UUID means the same device on whatever node. */
function isUuid(id: string): boolean {
  return id.startsWith('GPU-');
}

function take(demand: Demand, room: Room): void {
  if (isCluster(room.node)) {
    room.slots--;
  } else {
    room.free = subtract(room.free, demand);
    room.left = subtract(room.left, demand);
  }
}

function hasLabels(node: PlacementNode, demand: Demand): boolean {
  return Object.entries(demand.nodeSelector).every(
    ([label, value]) => labelOf(node, label) === value,
  );
}

function labelOf(node: PlacementNode, label: string): string | undefined {
  switch (label) {
    case IMAGE_NODE:
      return node.name;
    case BUILDER:
      return String(node.buildsImages ?? true);
    default:
      return node.labels[label];
  }
}

/** Free resources never become negative: an overbooked node is simply full. */
function subtract(from: NodeResources, what: NodeResources): NodeResources {
  return {
    cpus: Math.max(0, from.cpus - what.cpus),
    memoryBytes: Math.max(0, from.memoryBytes - what.memoryBytes),
    gpus: Math.max(0, from.gpus - what.gpus),
  };
}

/** Sums of decimal fractions of a CPU are not exact. */
const TOLERANCE = 1e-9;

function fits(demand: NodeResources, free: NodeResources): boolean {
  return (
    demand.cpus <= free.cpus + TOLERANCE &&
    demand.memoryBytes <= free.memoryBytes &&
    demand.gpus <= free.gpus
  );
}

/** How far a node is from having room, as a sum of shares; 0 when it has. */
function shortage(demand: NodeResources, free: NodeResources): number {
  return (['cpus', 'memoryBytes', 'gpus'] as const)
    .filter(key => demand[key] > 0)
    .map(key => Math.max(0, demand[key] - free[key]) / demand[key])
    .reduce((sum, share) => sum + share, 0);
}

function explainShortage(
  demand: NodeResources,
  room: Pick<Room, 'node' | 'free' | 'left'>,
): Reason {
  const { node } = room;
  if (isCluster(node) && fits(demand, node.capacity)) {
    return reason('placement.clusterFull', {
      count: node.maxSubmitted ?? 0,
      node: node.name,
    });
  }
  return reason('placement.tooLittleFree', {
    node: node.name,
    lacks: listLacks(demand, room),
  });
}

function listLacks(
  demand: NodeResources,
  { free, left }: Pick<Room, 'free' | 'left'>,
): Reason[] {
  const lacks: Reason[] = [];
  if (demand.gpus > left.gpus) {
    lacks.push(
      reason('placement.gpus', { count: demand.gpus, free: free.gpus }),
    );
  }
  if (demand.cpus > left.cpus + TOLERANCE) {
    lacks.push(
      reason('placement.cpus', {
        count: round(demand.cpus),
        free: round(free.cpus),
      }),
    );
  }
  if (demand.memoryBytes > left.memoryBytes) {
    lacks.push(
      reason('placement.memory', {
        needed: { bytes: demand.memoryBytes },
        free: { bytes: free.memoryBytes },
      }),
    );
  }
  return lacks;
}

function round(amount: number): number {
  return Math.round(amount * 100) / 100;
}
