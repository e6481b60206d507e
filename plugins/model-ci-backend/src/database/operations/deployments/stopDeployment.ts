import { ConflictError, NotFoundError } from '@backstage/errors';
import type { Knex } from 'knex';
import type { DeploymentRow, EndpointRow } from '../../tables/deployments';
import { insertDeploymentChange } from './insertChange';
import { readDeployment } from './readDeployment';
import { RELEASED } from '../leases';

/**
 * `queued` | `starting` | `serving` → `stopped`; nothing answers at the endpoint any more if this one did. The
 * cleaning step of a replica stops the service afterwards.
 */
export async function stopDeployment(
  tx: Knex.Transaction,
  options: { id: string; by: string; at: string },
): Promise<DeploymentRow> {
  await tx<EndpointRow>('endpoints')
    .where({ deployment_id: options.id })
    .forUpdate()
    .select('deployment_id');
  const row = await tx<DeploymentRow>('deployments')
    .where({ id: options.id })
    .forUpdate()
    .first();
  if (!row) {
    throw new NotFoundError(`There is no deployment ${options.id}`);
  }
  if (!['queued', 'starting', 'serving'].includes(row.status)) {
    throw new ConflictError(
      `Deployment ${row.id} is '${row.status}'; only a 'queued', 'starting' or 'serving' one can be stopped`,
    );
  }
  const changed = await tx<DeploymentRow>('deployments')
    .where({ id: row.id, status: row.status })
    .update({
      status: 'stopped',
      health: 'unknown',
      reason: null,
      finished_at: options.at,
      next_restart_at: null,
      ...RELEASED,
    });
  if (changed !== 1) {
    const now = await readDeployment(tx, row.id);
    throw new ConflictError(
      `Deployment ${row.id} went from '${row.status}' to '${now?.status}' meanwhile; look again and repeat`,
    );
  }
  await tx<EndpointRow>('endpoints').where({ deployment_id: row.id }).delete();
  await insertDeploymentChange(tx, {
    deploymentId: row.id,
    from: row.status,
    to: 'stopped',
    by: options.by,
    at: options.at,
  });
  return row;
}
