import type { Knex } from 'knex';
import type { PlacementNode } from '../../../planning/placement';
import type { NodeRow } from '../../tables/nodes';
import type { AttemptRow } from '../../tables/runs';
import { transact } from '../../transact';
import { lockEvictions } from './lockEvictions';
import { lockPlacement } from './lockPlacement';
import { toRow } from './recordSightings';

/**
 * Has nothing new placed on a node from now on; with `drain`, it is to be empty as well. Doing it again says it anew:
 * a drain without a deadline takes an earlier deadline back, and a plain cordon ends the drain. Evictions not carried out yet are
 * taken back with the deadline.
 */
export async function cordonNode(
  db: Knex,
  args: {
    name: string;
    /** As this replica lists it; absent where only others do. */
    node?: PlacementNode;
    by: string;
    reason: string;
    drain?: { deadlineAt?: string };
    at: string;
  },
): Promise<boolean> {
  const { name, node, by, reason, drain, at } = args;
  return await transact(db, async tx => {
    // Whoever places just now has not read this cordon; after it, everybody has.
    await lockPlacement(tx);
    await lockEvictions(tx);
    if (node) {
      await tx<NodeRow>('nodes')
        .insert(toRow(node, at))
        .onConflict('name')
        .ignore();
    }
    const changed = await tx<NodeRow>('nodes')
      .where({ name })
      .update({
        cordoned_at: at,
        cordoned_by: by,
        cordon_reason: reason,
        drained_at: drain ? at : null,
        drain_deadline_at: drain?.deadlineAt ?? null,
      });
    await takeBackEvictions(tx, name);
    return changed === 1;
  });
}

/** Lets new work be placed on a node again; false where it was not cordoned. */
export async function uncordonNode(
  db: Knex,
  args: { name: string },
): Promise<boolean> {
  return await transact(db, async tx => {
    await lockEvictions(tx);
    const changed = await tx<NodeRow>('nodes')
      .where({ name: args.name })
      .whereNotNull('cordoned_at')
      .update({
        cordoned_at: null,
        cordoned_by: null,
        cordon_reason: null,
        drained_at: null,
        drain_deadline_at: null,
      });
    await takeBackEvictions(tx, args.name);
    return changed === 1;
  });
}

/** What was not killed yet runs on. Past the deadline of a drain that goes on it is asked for again. */
async function takeBackEvictions(
  tx: Knex.Transaction,
  node: string,
): Promise<void> {
  await tx<AttemptRow>('attempts')
    .where({ node, status: 'running' })
    .whereNotNull('evict_requested_at')
    .update({ evict_requested_at: null });
}
