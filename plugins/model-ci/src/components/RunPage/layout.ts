import { Graph, layout } from '@dagrejs/dagre';

export const NODE_WIDTH = 200;
export const NODE_HEIGHT = 60;

export interface StageLayout {
  /** Top left corner of each stage. */
  positions: Map<string, { x: number; y: number }>;
  edges: Array<{ from: string; to: string }>;
  width: number;
  height: number;
}

/** Places the stages from left to right, each after what it needs. */
export function layoutStages(
  stages: Array<{ name: string; needs: string[] }>,
): StageLayout {
  const names = new Set(stages.map(({ name }) => name));
  const edges = stages.flatMap(({ name, needs }) =>
    needs.filter(need => names.has(need)).map(from => ({ from, to: name })),
  );
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 24, ranksep: 56 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const name of names) {
    graph.setNode(name, { width: NODE_WIDTH, height: NODE_HEIGHT });
  }
  for (const { from, to } of edges) {
    graph.setEdge(from, to);
  }
  layout(graph);
  const positions = new Map(
    [...names].map(name => {
      const { x, y } = graph.node(name);
      return [name, { x: x - NODE_WIDTH / 2, y: y - NODE_HEIGHT / 2 }];
    }),
  );
  const corners = [...positions.values()];
  return {
    positions,
    edges,
    width: Math.max(0, ...corners.map(({ x }) => x + NODE_WIDTH)),
    height: Math.max(0, ...corners.map(({ y }) => y + NODE_HEIGHT)),
  };
}

/** Below this the names of stages can no longer be read. */
const READABLE_ZOOM = 0.7;
const MARGIN = 32;

/**
 * What of the graph is seen first: all of it, in the middle, if its text stays readable; otherwise
 * as much as there is room for around the selected stage.
 */
export function firstView(
  graph: StageLayout,
  room: { width: number; height: number },
  selected?: string,
): { x: number; y: number; zoom: number } {
  const fitting = Math.min(
    (room.width - 2 * MARGIN) / graph.width,
    (room.height - 2 * MARGIN) / graph.height,
  );
  const zoom = Math.min(1, Math.max(READABLE_ZOOM, fitting));
  const corner = graph.positions.get(selected ?? '') ?? { x: 0, y: 0 };
  const offset = (available: number, length: number, middle: number) => {
    const left = available - length * zoom;
    return left >= 2 * MARGIN
      ? left / 2
      : // No further than to either end.
        Math.min(
          MARGIN,
          Math.max(left - MARGIN, available / 2 - middle * zoom),
        );
  };
  return {
    x: offset(room.width, graph.width, corner.x + NODE_WIDTH / 2),
    y: offset(room.height, graph.height, corner.y + NODE_HEIGHT / 2),
    zoom,
  };
}
