import type { DeploymentRow } from '../database/tables/deployments';

/** What a step did: the deployment ended, or is to be looked at again after so many milliseconds. */
export type Step = { type: 'ended' } | { type: 'again'; after: number };

/** A row that a service was started for, or is about to be. */
export type PlacedRow = DeploymentRow & { service_id: string; node: string };

/** Checks what the database promises of a deployment that is past its placement. */
export function placed(row: DeploymentRow): PlacedRow {
  const { service_id, node } = row;
  if (service_id === null || node === null) {
    throw new Error(`Deployment ${row.id} has no service`);
  }
  return { ...row, service_id, node };
}
