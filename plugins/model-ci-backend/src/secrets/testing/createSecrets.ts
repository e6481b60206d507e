import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import type { PipelineRow } from '../../database/tables/pipelines';
import { SecretGiver } from '../SecretGiver';
import { SecretService, type SecretPipeline } from '../SecretService';
import { Sealer } from '../Sealer';
import type { Vault } from '../vaults/Vault';

/** The secrets of one portal, for tests. */
export function createSecrets(
  db: Knex,
  options: { keys?: Buffer[]; vaults?: Vault[]; now?: () => number } = {},
) {
  const settings = {
    sealer: new Sealer(options.keys ?? [randomBytes(32)]),
    vaults: new Map(
      (options.vaults ?? []).map(vault => [vault.name, vault] as const),
    ),
    db,
    now: options.now ?? Date.now,
  };
  return {
    giver: new SecretGiver({ ...settings, identify: url => url }),
    service: new SecretService({
      ...settings,
      environments: ['staging', 'production'],
    }),
  };
}

/** A pipeline as the catalog has it, whose runs come from this source. */
export async function insertPipeline(
  db: Knex,
  {
    ref,
    sourceUrl,
    owner = 'group:default/ml',
  }: {
    ref: string;
    sourceUrl: string;
    owner?: string;
  },
): Promise<SecretPipeline> {
  const row: PipelineRow = {
    ref,
    title: ref,
    description: null,
    type: 'training',
    lifecycle: 'production',
    owner_ref: owner,
    model_ref: 'component:default/model',
    source_url: sourceUrl,
    source_identity: sourceUrl,
    source_problem: null,
    entity_url: null,
    entity_uid: null,
    definition: null,
    definition_digest: null,
    synced_at: new Date().toISOString(),
    removed_at: null,
    claim: null,
    claim_seen_at: null,
  };
  await db<PipelineRow>('pipelines').insert(row);
  return row;
}
