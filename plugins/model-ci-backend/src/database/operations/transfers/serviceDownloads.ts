import type { Knex } from 'knex';
import type { DeploymentRow } from '../../tables/deployments';
import type { ServiceDownloadRow } from '../../tables/transfers';

/** Lets whoever has a token fetch one digest, until its service is stopped. */
export async function insertServiceDownload(
  db: Knex,
  row: ServiceDownloadRow,
): Promise<void> {
  await db<ServiceDownloadRow>('service_downloads').insert(row);
}

/** What a token is for; undefined once its service was stopped or replaced, and for a token that nobody made. */
export async function findServiceDownload(
  db: Knex,
  tokenHash: string,
): Promise<{ serviceId: string; digest: string } | undefined> {
  const row = await db('service_downloads as t')
    .join('deployments as d', 'd.id', 't.deployment_id')
    .where('t.token_hash', tokenHash)
    .whereRaw('d.service_id = t.service_id')
    .whereNull('d.stop_handle_done_at')
    .first<Pick<ServiceDownloadRow, 'service_id' | 'digest'> | undefined>(
      't.service_id',
      't.digest',
    );
  return row && { serviceId: row.service_id, digest: row.digest };
}

/** Removes the tokens of services that a deployment does not have any more. */
export async function removeServiceDownloads(
  db: Knex | Knex.Transaction,
  { id, keep }: { id: DeploymentRow['id']; keep?: string },
): Promise<void> {
  const all = db<ServiceDownloadRow>('service_downloads').where(
    'deployment_id',
    id,
  );
  await (keep === undefined ? all : all.whereNot('service_id', keep)).delete();
}
