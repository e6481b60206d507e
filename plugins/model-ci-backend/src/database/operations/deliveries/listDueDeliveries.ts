import type { Knex } from 'knex';
import type { DeliveryRow } from '../../tables/deliveries';

/** Deliveries from which something still has to follow, those that wait longest first. */
export async function listDueDeliveries(
  db: Knex,
  args: { at: string; limit: number },
): Promise<DeliveryRow[]> {
  return await db<DeliveryRow>('deliveries')
    .where({ state: 'pending' })
    .where('next_try_at', '<=', args.at)
    .orderBy('next_try_at')
    .limit(args.limit);
}
