import type { Knex } from 'knex';
import type { PlacementNode } from '../../../planning/placement';
import type { NodeRow } from '../../tables/nodes';

/**
 * Notes which nodes this replica reaches. One that it lists and cannot reach is noted the first time as well, so that
 * it is known since when it has been away; whoever reaches it says so.
 */
export async function recordSightings(
  db: Knex,
  args: { nodes: PlacementNode[]; at: string },
): Promise<void> {
  // In one order, so that two replicas never wait for each other's rows.
  const nodes = [...args.nodes].sort((a, b) => (a.name < b.name ? -1 : 1));
  const reached = nodes.filter(({ health }) => health === 'healthy');
  const away = nodes.filter(({ health }) => health !== 'healthy');
  if (away.length > 0) {
    await db<NodeRow>('nodes')
      .insert(away.map(node => toRow(node, args.at)))
      .onConflict('name')
      .ignore();
  }
  if (reached.length > 0) {
    await db<NodeRow>('nodes')
      .insert(reached.map(node => toRow(node, args.at)))
      .onConflict('name')
      .merge(['executor', 'scheduling', 'info', 'seen_at']);
  }
}

type Sighting = Pick<
  NodeRow,
  'name' | 'executor' | 'scheduling' | 'info' | 'seen_at'
>;

export function toRow(node: PlacementNode, at: string): Sighting {
  const { name, executor, scheduling = 'portal', labels, capacity } = node;
  return {
    name,
    executor,
    scheduling,
    info: JSON.stringify({ labels, capacity }),
    seen_at: at,
  };
}
