import type { Knex } from 'knex';
import type {
  DeploymentStatus,
  Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { storeReason } from '../../storedReason';
import type { DeploymentChangeRow } from '../../tables/deployments';

/** Writes one line of a deployment's history; call it in the transaction of the change. */
export async function insertDeploymentChange(
  tx: Knex.Transaction,
  change: {
    deploymentId: string;
    from?: DeploymentStatus;
    to: DeploymentStatus;
    by?: string;
    reason?: Reason;
    at: string;
  },
): Promise<void> {
  await tx<DeploymentChangeRow>('deployment_changes').insert({
    deployment_id: change.deploymentId,
    from_status: change.from ?? null,
    to_status: change.to,
    changed_by: change.by ?? null,
    reason: storeReason(change.reason),
    at: change.at,
  });
}
