import { ConflictError, NotFoundError } from '@backstage/errors';
import type { Knex } from 'knex';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import type { DeploymentRow, EndpointRow } from '../../tables/deployments';
import { insertDeploymentChange } from './insertChange';
import { readDeployment } from './readDeployment';
import { RELEASED } from '../leases';
import { withReason } from '../../../withReason';
import { statusWord } from '../../../statusWord';

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
    throw withReason(
      NotFoundError,
      reason('error.noDeployment', { deployment: options.id }),
    );
  }
  if (!['queued', 'starting', 'serving'].includes(row.status)) {
    throw withReason(
      ConflictError,
      reason('error.notStoppable', {
        deployment: row.id,
        status: statusWord(row.status),
      }),
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
    throw withReason(
      ConflictError,
      reason('error.changedMeanwhile', {
        deployment: row.id,
        before: statusWord(row.status),
        status: statusWord(now?.status ?? row.status),
      }),
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
