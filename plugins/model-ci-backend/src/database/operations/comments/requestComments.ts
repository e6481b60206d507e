import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import type { RunRow } from '../../tables/runs';

/** A row of `pull_request_comments`. */
export interface RequestCommentRow {
  repository: string;
  number: number | string;
  marker: string;
  comment_id: string | null;
  digest: string | null;
}

/** Names a pull request. */
export interface RequestKey {
  /** URL in lower case. */
  repository: string;
  number: number;
}

const MARKER_BYTES = 16;

/**
 * The comment of a request, which is about to be written. Nobody can guess its marker before it is there. `isNew`: nobody
 * can have written it before.
 */
export async function demandComment(
  db: Knex,
  key: RequestKey,
): Promise<{ row: RequestCommentRow; isNew: boolean }> {
  const marker = randomBytes(MARKER_BYTES).toString('hex');
  const inserted: RequestCommentRow[] = await db<RequestCommentRow>(
    'pull_request_comments',
  )
    .insert({ ...key, marker, comment_id: null, digest: null })
    .onConflict(['repository', 'number'])
    .ignore()
    .returning('*');
  if (inserted.length > 0) {
    return { row: inserted[0], isNew: true };
  }
  const row = await db<RequestCommentRow>('pull_request_comments')
    .where(key)
    .first();
  if (!row) {
    throw new Error(`The comment of pull request ${key.number} is gone`);
  }
  return { row, isNew: false };
}

/** Notes what the host has now; without an id, the comment is gone there. */
export async function recordComment(
  db: Knex,
  key: RequestKey,
  written: Pick<RequestCommentRow, 'comment_id' | 'digest'>,
): Promise<void> {
  await db<RequestCommentRow>('pull_request_comments')
    .where(key)
    .update(written);
}

/** The newest run of each pipeline of the requests of a number, in whichever repository. */
export async function listNewestOfRequests(
  db: Knex,
  number: number,
): Promise<Array<Pick<RunRow, 'id' | 'pipeline_ref' | 'source_url'>>> {
  const ranked = db<RunRow>('runs')
    .where({ pull_request_number: number, trigger: 'pull_request' })
    .select(
      'id',
      'pipeline_ref',
      'source_url',
      'created_at',
      db.raw(
        'row_number() over (partition by pipeline_ref, source_url order by created_at desc, id desc) as place',
      ),
    )
    .as('ranked');
  return await db
    .from(ranked)
    .where({ place: 1 })
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .select('id', 'pipeline_ref', 'source_url');
}
