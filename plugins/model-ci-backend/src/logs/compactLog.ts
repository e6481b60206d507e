import { Readable } from 'node:stream';
import type { Knex } from 'knex';
import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import { readLogChunks } from '../database/operations/logs/readLogChunks';
import { storeCompactedLog } from '../database/operations/logs/storeCompactedLog';
import type { AttemptRow } from '../database/tables/runs';

const CHUNKS_PER_QUERY = 32;

/** Moves the log of an ended attempt from its chunks into one artifact. Safe to repeat. */
export async function compactLog(
  db: Knex,
  store: ArtifactStore,
  attempt: { id: string; logSize: number },
): Promise<void> {
  if (attempt.logSize === 0) {
    return;
  }
  let digest: string;
  try {
    digest = await storeWhole(db, store, attempt);
  } catch (error) {
    // Another replica cleans up as well; it was here first, and took the chunks away
    if (await isCompacted(db, attempt.id)) {
      return;
    }
    throw error;
  }
  await storeCompactedLog(db, { attemptId: attempt.id, digest });
}

async function storeWhole(
  db: Knex,
  store: ArtifactStore,
  attempt: { id: string; logSize: number },
): Promise<string> {
  const { digest, size } = await store.write(
    Readable.from(streamChunks(db, attempt), { objectMode: false }),
  );
  if (size !== attempt.logSize) {
    throw new Error(
      `The log of attempt ${attempt.id} should have ${attempt.logSize} bytes, but its chunks have ${size}`,
    );
  }
  return digest;
}

async function isCompacted(db: Knex, attemptId: string): Promise<boolean> {
  const attempt = await db<AttemptRow>('attempts')
    .where({ id: attemptId })
    .whereNotNull('log_digest')
    .first('id');
  return attempt !== undefined;
}

/** The stored chunks of an attempt, in order; ends where they end. */
export async function* streamChunks(
  db: Knex,
  attempt: { id: string; logSize: number },
): AsyncGenerator<Buffer> {
  let position = 0;
  while (position < attempt.logSize) {
    const chunks = await readLogChunks(db, {
      attemptId: attempt.id,
      start: position,
      end: attempt.logSize,
      limit: CHUNKS_PER_QUERY,
    });
    if (chunks.length === 0) {
      return;
    }
    for (const { start, data } of chunks) {
      if (start !== position) {
        throw new Error(
          `The log of attempt ${attempt.id} has a gap at byte ${position}`,
        );
      }
      yield data;
      position += data.length;
    }
  }
}
