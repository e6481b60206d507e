import type { Knex } from 'knex';
import type { DeploymentRow, ReplicaColumns } from '../../tables/deployments';
import { updateHeld, type HeldDeployment } from './held';

/** Keeps what the last look at a serving deployment showed. */
export async function recordHealth(
  db: Knex | Knex.Transaction,
  held: HeldDeployment,
  serviceId: string,
  values: Pick<
    DeploymentRow,
    'health' | 'url' | 'reason' | 'healthy_since' | 'crashes'
  > &
    Partial<ReplicaColumns> & { start_deadline_at: string | null },
): Promise<void> {
  await updateHeld(
    db,
    held,
    { status: 'serving', service_id: serviceId },
    values,
  );
}
