import { Graph, layout } from '@dagrejs/dagre';

export const NODE_WIDTH = 200;
export const NODE_HEIGHT = 60;

export interface StageLayout {
  /** Top left corner of each stage. */
  positions: Map<string, { x: number; y: number }>;
  edges: Array<{ from: string; to: string }>;
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
  const bottoms = [...positions.values()].map(({ y }) => y + NODE_HEIGHT);
  return { positions, edges, height: Math.max(0, ...bottoms) };
}
