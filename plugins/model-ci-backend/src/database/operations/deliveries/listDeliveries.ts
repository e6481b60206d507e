import type { Knex } from 'knex';
import type { DeliveryOutcomeRow, DeliveryRow } from '../../tables/deliveries';
import type { RunRow } from '../../tables/runs';

export type ListedDelivery = DeliveryRow &
  Pick<DeliveryOutcomeRow, 'run_id' | 'reason'> & {
    run_number: RunRow['number'] | null;
  };

/** What a pipeline's code host announced, newest first. */
export async function listDeliveries(
  db: Knex,
  args: { pipelineRef: string; after?: string; limit: number },
): Promise<ListedDelivery[]> {
  const { pipelineRef, after, limit } = args;
  const query = selectDeliveries(db, pipelineRef)
    .orderBy('delivery_outcomes.delivery_id', 'desc')
    .limit(limit);
  if (after !== undefined) {
    query.where('delivery_outcomes.delivery_id', '<', after);
  }
  return await query;
}

/** One of them. */
export async function findDelivery(
  db: Knex,
  args: { pipelineRef: string; id: string },
): Promise<ListedDelivery | undefined> {
  return await selectDeliveries(db, args.pipelineRef)
    .where('deliveries.id', args.id)
    .first();
}

function selectDeliveries(db: Knex, pipelineRef: string): Knex.QueryBuilder {
  return db('delivery_outcomes')
    .join('deliveries', 'deliveries.id', 'delivery_outcomes.delivery_id')
    .leftJoin('runs', 'runs.id', 'delivery_outcomes.run_id')
    .where('delivery_outcomes.pipeline_ref', pipelineRef)
    .select(
      'deliveries.*',
      'delivery_outcomes.run_id',
      'delivery_outcomes.reason',
      'runs.number as run_number',
    );
}
