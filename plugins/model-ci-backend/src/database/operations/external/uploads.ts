import { randomUUID } from 'node:crypto';
import { InputError } from '@backstage/errors';
import type { Knex } from 'knex';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import type {
  ExternalUploadPartRow,
  ExternalUploadRow,
} from '../../tables/externalRuns';
import type { AttemptRow } from '../../tables/runs';
import { withReason } from '../../../withReason';
import { lockUntilCommit, transact } from '../../transact';
import { LargeUploadError } from '../../../LargeUploadError';

/** Not configurable: what is reported is shown to people. */
const MAX_UPLOADS = 1000;
/** Of all stages and attempts: each is a row for good. Not configurable: a run is no archive. */
const MAX_UPLOADS_OF_RUN = 10_000;

/** What is uploaded, as it was announced. */
export type Announced = Pick<
  ExternalUploadRow,
  'attempt_id' | 'kind' | 'name' | 'path' | 'digest'
> & { size: number };

/** How many bytes a run may have, by its key in app-config. */
export interface RoomOfRun {
  maxBytes: number;
  key: string;
}

/**
 * The upload that was announced. What a run has announced in all its attempts counts before it is there, so that uploads at
 * the same time have no more room than one after the other. Another content under the same name begins anew; the parts of what it replaces are
 * answered, for they are of no more use.
 */
export async function openUpload(
  db: Knex,
  announced: Announced,
  room: RoomOfRun,
): Promise<{ upload: ExternalUploadRow; dropped: string[] }> {
  const { attempt_id, kind, name } = announced;
  return await transact(db, async tx => {
    const attempt = await tx<AttemptRow>('attempts')
      .where({ id: attempt_id })
      .first('run_id');
    const runId = attempt?.run_id ?? '';
    await lockUntilCommit(tx, `external-uploads:${runId}`);
    const known = await tx<ExternalUploadRow>('external_uploads')
      .where({ attempt_id, kind, name })
      .first();
    const same =
      known &&
      known.digest === announced.digest &&
      known.path === announced.path &&
      Number(known.size) === announced.size;
    if (same) {
      return { upload: known, dropped: [] };
    }
    const dropped = known ? await dropUpload(tx, known.id) : [];
    await demandRoom(tx, announced);
    await demandRoomOfRun(tx, { runId, size: announced.size, ...room });
    const [upload] = await tx<ExternalUploadRow>('external_uploads')
      .insert({ id: randomUUID(), received: 0, ...announced })
      .returning('*');
    return { upload, dropped };
  });
}

/** Refuses one more upload of a stage where it has all that it may have. Those that are not whole yet count as well. */
async function demandRoom(
  tx: Knex.Transaction,
  { attempt_id, kind }: Announced,
): Promise<void> {
  const uploads = () =>
    tx<ExternalUploadRow>('external_uploads').where({ attempt_id });
  const [{ total }] = await uploads().count({ total: '*' });
  if (Number(total) >= MAX_UPLOADS) {
    throw withReason(
      InputError,
      reason('error.tooManyUploads', { max: MAX_UPLOADS }),
    );
  }
  const predictions =
    kind === 'predictions'
      ? await uploads().where({ kind }).first()
      : undefined;
  if (predictions) {
    throw withReason(
      InputError,
      reason('error.onePredictions', { path: predictions.path }),
    );
  }
}

async function demandRoomOfRun(
  tx: Knex.Transaction,
  { runId, size, maxBytes, key }: RoomOfRun & { runId: string; size: number },
): Promise<void> {
  const [{ total, bytes }] = await tx('external_uploads as u')
    .join('attempts as a', 'a.id', 'u.attempt_id')
    .where('a.run_id', runId)
    .count({ total: '*' })
    .sum({ bytes: 'u.size' });
  if (Number(total) >= MAX_UPLOADS_OF_RUN) {
    throw withReason(
      InputError,
      reason('error.tooManyUploadsOfRun', { max: MAX_UPLOADS_OF_RUN }),
    );
  }
  const used = Number(bytes ?? 0);
  if (used + size > maxBytes) {
    throw new LargeUploadError(
      reason('error.runTooLarge', { size, used, max: maxBytes, key }),
    );
  }
}

/** Adds a part where the last one ended; answers false where another one did so meanwhile. */
export async function addPart(
  db: Knex,
  args: { uploadId: string; start: number; size: number; digest: string },
): Promise<boolean> {
  const { uploadId, start, size, digest } = args;
  return await transact(db, async tx => {
    const moved = await tx<ExternalUploadRow>('external_uploads')
      .where({ id: uploadId, received: start, stored_digest: null })
      .update({ received: start + size });
    if (moved !== 1) {
      return false;
    }
    await tx<ExternalUploadPartRow>('external_upload_parts').insert({
      upload_id: uploadId,
      start,
      size,
      digest,
    });
    return true;
  });
}

/** A part may be as small as its sender likes, but there are no more of them than of such bytes, and a few. */
const BYTES_PER_PART = 1024 * 1024;
const SMALL_PARTS = 16;

/** Rejects where an upload has come in too many parts: each is a row, and a file in the store. */
export async function demandPart(
  db: Knex,
  { id, size }: ExternalUploadRow,
): Promise<void> {
  const max = Math.ceil(Number(size) / BYTES_PER_PART) + SMALL_PARTS;
  const [{ total }] = await db<ExternalUploadPartRow>('external_upload_parts')
    .where({ upload_id: id })
    .count({ total: '*' });
  if (Number(total) >= max) {
    throw withReason(
      InputError,
      reason('error.manyParts', { max, size: BYTES_PER_PART }),
    );
  }
}

export async function listParts(
  db: Knex | Knex.Transaction,
  uploadId: string,
): Promise<ExternalUploadPartRow[]> {
  return await db<ExternalUploadPartRow>('external_upload_parts')
    .where({ upload_id: uploadId })
    .orderBy('start');
}

/** Makes an upload visible, with what the store has of it. */
export async function completeUpload(
  db: Knex,
  args: { uploadId: string; digest: string; size: number },
): Promise<void> {
  const { uploadId, digest, size } = args;
  await transact(db, async tx => {
    await tx<ExternalUploadRow>('external_uploads')
      .where({ id: uploadId })
      .update({ stored_digest: digest, stored_size: size });
    await tx<ExternalUploadPartRow>('external_upload_parts')
      .where({ upload_id: uploadId })
      .delete();
  });
}

/** Forgets an upload; answers its parts, which are for the caller to delete. */
export async function dropUpload(
  db: Knex | Knex.Transaction,
  uploadId: string,
): Promise<string[]> {
  const parts = await listParts(db, uploadId);
  await db<ExternalUploadPartRow>('external_upload_parts')
    .where({ upload_id: uploadId })
    .delete();
  await db<ExternalUploadRow>('external_uploads')
    .where({ id: uploadId })
    .delete();
  return parts.map(({ digest }) => digest);
}

/** What an attempt has uploaded whole. */
export async function listUploads(
  db: Knex,
  args: { attemptId: string },
): Promise<ExternalUploadRow[]> {
  return await db<ExternalUploadRow>('external_uploads')
    .where({ attempt_id: args.attemptId })
    .whereNotNull('stored_digest')
    .orderBy('name');
}

/** Uploads of ended attempts that never became whole. */
export async function listAbandoned(
  db: Knex,
  args: { limit: number },
): Promise<string[]> {
  return await db('external_uploads as u')
    .join('attempts as a', 'a.id', 'u.attempt_id')
    .whereNull('u.stored_digest')
    .whereNotNull('a.finished_at')
    .orderBy('u.id')
    .limit(args.limit)
    .pluck('u.id');
}
