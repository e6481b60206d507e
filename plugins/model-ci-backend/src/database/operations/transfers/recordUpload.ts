import { ConflictError, NotAllowedError } from '@backstage/errors';
import type { Knex } from 'knex';
import { storeReason } from '../../storedReason';
import type { AttemptUploadRow } from '../../tables/transfers';
import { transact } from '../../transact';
import { hasEnded } from '../attempts/hasEnded';
import { hashPath } from './hashPath';
import type { Upload } from './types';

/**
 * Notes what came of an upload of an attempt that goes on. The first that was stored stays, so that nothing changes
 * under whoever collects it; the same bytes again change nothing, and others are refused.
 */
export async function recordUpload(
  db: Knex,
  args: { attemptId: string; path: string; upload: Upload; at: string },
): Promise<void> {
  const { attemptId, path, upload } = args;
  const key = { attempt_id: attemptId, path_hash: hashPath(path) };
  await transact(db, async tx => {
    if (await hasEnded(tx, { attemptId })) {
      throw new NotAllowedError(attemptEnded(attemptId));
    }
    const row = { ...key, path, ...columnsOf(upload), created_at: args.at };
    await tx<AttemptUploadRow>('attempt_uploads')
      .insert(row)
      .onConflict(['attempt_id', 'path_hash'])
      .ignore();
    // Another one may be there already, which was refused and now gives way
    await tx<AttemptUploadRow>('attempt_uploads')
      .where(key)
      .whereNull('digest')
      .update(row);
    const kept = await tx<AttemptUploadRow>('attempt_uploads')
      .where(key)
      .first('digest');
    if (upload.type === 'stored' && kept?.digest !== upload.digest) {
      throw uploadedBefore(path, `${kept?.digest}`, upload.digest);
    }
  });
}

export function uploadedBefore(
  path: string,
  digest: string,
  now: string,
): ConflictError {
  return new ConflictError(
    `'${path}' was uploaded before, as ${digest}, and what was uploaded now is ${now}: an attempt uploads each path once`,
  );
}

export function attemptEnded(attemptId: string): string {
  return `Attempt ${attemptId} has ended, and its transfers with it`;
}

function columnsOf(upload: Upload) {
  return upload.type === 'stored'
    ? {
        digest: upload.digest,
        size: upload.size,
        written: JSON.stringify(upload.written),
        refusal: null,
      }
    : {
        digest: null,
        size: null,
        written: null,
        refusal: storeReason(upload.reason),
      };
}
