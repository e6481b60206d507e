import type { Knex } from 'knex';
import type { AttemptUploadRow } from '../../tables/transfers';
import { writtenFilesSchema, type Upload } from './types';

/** What an attempt has uploaded, by the plain paths of the workspace. */
export async function listUploads(
  db: Knex,
  args: { attemptId: string },
): Promise<Map<string, Upload>> {
  const rows = await db<AttemptUploadRow>('attempt_uploads').where({
    attempt_id: args.attemptId,
  });
  return new Map(rows.map(row => [row.path, toUpload(row)]));
}

function toUpload({
  digest,
  size,
  written,
  refusal,
}: AttemptUploadRow): Upload {
  return digest === null
    ? { type: 'refused', reason: refusal ?? '' }
    : {
        type: 'stored',
        digest,
        size: Number(size),
        written: writtenFilesSchema.parse(JSON.parse(written ?? '')),
      };
}
