import type { Knex } from 'knex';
import type { DeliveryOutcomeRow, DeliveryRow } from '../../tables/deliveries';

/** Deliveries of one commit that are looked through: requests into several branches have the same. */
const LIMIT = 50;

export interface RequestDelivery {
  state: DeliveryRow['state'];
  outcomes: Array<Pick<DeliveryOutcomeRow, 'pipeline_ref' | 'reason'>>;
}

/** The last announcement of a pull request at a commit, and what it led to. */
export async function findRequestDelivery(
  db: Knex,
  args: {
    repository: string;
    commit: string;
    /** Whether the text of a change is about the request. */
    isOf(change: string): boolean;
  },
): Promise<RequestDelivery | undefined> {
  const rows = await db<DeliveryRow>('deliveries')
    .where({ repository: args.repository, commit: args.commit })
    .whereNull('ref')
    .orderBy('id', 'desc')
    .limit(LIMIT)
    .select('id', 'change', 'state');
  const found = rows.find(({ change }) => args.isOf(change));
  return (
    found && {
      state: found.state,
      outcomes: await db<DeliveryOutcomeRow>('delivery_outcomes')
        .where({ delivery_id: found.id })
        .select('pipeline_ref', 'reason'),
    }
  );
}
