import { randomUUID } from 'node:crypto';
import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import type { SecretPipelineRow, SecretRow } from '../../tables/secrets';
import { lockUntilCommit, transact } from '../../transact';
import { withReason } from '../../../withReason';

/** As many as one pipeline, one of its environments, or one owner may have. */
const MAX_SECRETS = 100;

export type SecretKey = Pick<
  SecretRow,
  'scope' | 'subject' | 'environment' | 'name'
>;

/**
 * Sets a secret, or replaces the one that is there: a row keeps its id, and what is stored is bound to that. The pipeline
 * on whose page it was set may use it.
 */
export async function setSecret(
  db: Knex,
  args: {
    key: SecretKey;
    /** What to store, bound to the row's id. */
    content(id: string): Pick<SecretRow, 'vault' | 'key_id' | 'sealed'>;
    pipelineRef: string;
    source: string;
    by: string;
    at: string;
  },
): Promise<void> {
  const { key, content, by, at } = args;
  await transact(db, async tx => {
    await lockUntilCommit(tx, `secrets:${key.scope}:${key.subject}`);
    const before = await tx<SecretRow>('secrets').where(key).first('id');
    const id = before?.id ?? randomUUID();
    const values = { ...content(id), updated_at: at, updated_by: by };
    if (before) {
      await tx<SecretRow>('secrets').where({ id }).update(values);
    } else {
      await demandRoom(tx, key);
      await tx<SecretRow>('secrets').insert({
        id,
        ...key,
        ...values,
        created_at: at,
      });
    }
    await allowPipeline(tx, {
      secretId: id,
      pipelineRef: args.pipelineRef,
      source: args.source,
    });
  });
}

async function demandRoom(
  tx: Knex.Transaction,
  { scope, subject, environment }: SecretKey,
): Promise<void> {
  const [{ count }] = await tx<SecretRow>('secrets')
    .where({ scope, subject, environment })
    .count({ count: '*' });
  if (Number(count) >= MAX_SECRETS) {
    throw withReason(
      ConflictError,
      reason('secret.tooMany', { max: MAX_SECRETS }),
    );
  }
}

/** Lets a pipeline use a secret, for as long as it comes from this source. */
export async function allowPipeline(
  db: Knex | Knex.Transaction,
  args: { secretId: string; pipelineRef: string; source: string },
): Promise<void> {
  await db<SecretPipelineRow>('secret_pipelines')
    .insert({
      secret_id: args.secretId,
      pipeline_ref: args.pipelineRef,
      source: args.source,
    })
    .onConflict(['secret_id', 'pipeline_ref'])
    .merge(['source']);
}

/** Answers whether it was there. */
export async function deleteSecret(
  db: Knex | Knex.Transaction,
  key: SecretKey,
): Promise<boolean> {
  return (await db<SecretRow>('secrets').where(key).delete()) > 0;
}

export async function disallowPipeline(
  db: Knex | Knex.Transaction,
  args: { secretId: string; pipelineRef: string },
): Promise<void> {
  await db<SecretPipelineRow>('secret_pipelines')
    .where({ secret_id: args.secretId, pipeline_ref: args.pipelineRef })
    .delete();
}

export async function findSecretId(
  db: Knex | Knex.Transaction,
  key: SecretKey,
): Promise<string | undefined> {
  const row = await db<SecretRow>('secrets').where(key).first('id');
  return row?.id;
}
