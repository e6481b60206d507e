import type { Knex } from 'knex';
import type { DeliveryOutcomeRow, DeliveryRow } from '../../tables/deliveries';
import { transact } from '../../transact';

export type NewOutcome = Omit<DeliveryOutcomeRow, 'delivery_id'>;

/**
 * Writes down what a delivery led to; it is done, or tried again at a time. What somebody else wrote of the same
 * pipeline meanwhile gives way: both started the same run.
 */
export async function settleDelivery(
  db: Knex,
  args: { id: string; outcomes: NewOutcome[]; nextTryAt?: string },
): Promise<void> {
  const { id, outcomes, nextTryAt } = args;
  await transact(db, async tx => {
    const changed = await tx<DeliveryRow>('deliveries')
      .where({ id })
      .update({
        state: nextTryAt === undefined ? 'done' : 'pending',
        ...(nextTryAt !== undefined && { next_try_at: nextTryAt }),
      })
      .increment('attempts', 1);
    // It may have made room for newer ones.
    if (changed > 0 && outcomes.length > 0) {
      await tx<DeliveryOutcomeRow>('delivery_outcomes')
        .insert(outcomes.map(own => ({ delivery_id: id, ...own })))
        .onConflict(['delivery_id', 'pipeline_ref'])
        .merge();
    }
  });
}

/** Of all repositories together; each is a few hundred bytes. */
const IGNORED_KEPT = 10_000;

/**
 * Keeps of a delivery that is nobody's only what tells it from others: somebody may send what was signed again, once
 * there is a pipeline.
 */
export async function ignoreDelivery(db: Knex, id: string): Promise<void> {
  await db<DeliveryRow>('deliveries')
    .where({ id })
    .update({ state: 'ignored', change: '{}' });
  const last = await db<DeliveryRow>('deliveries')
    .where({ state: 'ignored' })
    .orderBy('id', 'desc')
    .offset(IGNORED_KEPT)
    .first('id');
  if (last) {
    await db<DeliveryRow>('deliveries')
      .where({ state: 'ignored' })
      .where('id', '<=', last.id)
      .delete();
  }
}
