import type { Knex } from 'knex';
import { quoted } from '@model-ci/backstage-plugin-model-ci-common';
import { readReason } from '../../storedReason';
import type { AttemptUploadRow } from '../../tables/transfers';
import { hashPath } from './hashPath';
import { writtenFilesSchema, type Upload } from './types';

/** What an attempt has uploaded to a plain path of its workspace. */
export async function findUpload(
  db: Knex,
  args: { attemptId: string; path: string },
): Promise<Upload | undefined> {
  const row = await db<AttemptUploadRow>('attempt_uploads')
    .where({ attempt_id: args.attemptId, path_hash: hashPath(args.path) })
    .first();
  return row && toUpload(row);
}

function toUpload({
  digest,
  size,
  written,
  refusal,
}: AttemptUploadRow): Upload {
  return digest === null
    ? { type: 'refused', reason: readReason(refusal) ?? quoted('') }
    : {
        type: 'stored',
        digest,
        size: Number(size),
        written: writtenFilesSchema.parse(JSON.parse(written ?? '')),
      };
}
