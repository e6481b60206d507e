import type { Knex } from 'knex';
import type { RunRow } from '../../tables/runs';

/** A row of `commit_statuses`, or of `comment_statuses`. */
export interface CommitStatusRow {
  run_id: string;
  state: string | null;
  attempts: number;
  next_try_at: string | null;
  is_given_up: boolean | number;
  problem: string | null;
}

export type CommitState = 'pending' | 'success' | 'failure' | 'error';

/** What a code host is told of a run: the status of its commit, or the comment of its pull request. */
export type Told = 'commit_statuses' | 'comment_statuses';

/** A run of which its code host was not told everything yet. */
export type OwedStatus = Pick<
  RunRow,
  | 'id'
  | 'number'
  | 'status'
  | 'pipeline_ref'
  | 'source_url'
  | 'trigger'
  | 'requested_ref'
  | 'is_untrusted'
  | 'pull_request'
> & { commit: string; wanted: string; attempts: number | null };

/** In the words of the host, as far as it distinguishes. */
const WANTED: Record<Told, string> = {
  commit_statuses: `case runs.status
  when 'succeeded' then 'success'
  when 'failed' then 'failure'
  when 'errored' then 'error'
  when 'cancelled' then 'error'
  else 'pending' end`,
  comment_statuses: `case runs.status
  when 'queued' then 'running'
  else runs.status end`,
};
const TRIGGERS: Record<Told, string[]> = {
  commit_statuses: ['push', 'tag', 'pull_request'],
  comment_statuses: ['pull_request'],
};

/** Runs that code hosts have caused and were not told of as they are now, the oldest first. */
export async function listOwedStatuses(
  db: Knex,
  args: { told: Told; at: string; since: string; limit: number },
): Promise<OwedStatus[]> {
  const { told, at, since, limit } = args;
  return await db('runs')
    .leftJoin(`${told} as known`, 'known.run_id', 'runs.id')
    .whereIn('runs.trigger', TRIGGERS[told])
    .whereNotNull('runs.commit')
    .where('runs.created_at', '>=', since)
    .where(owed =>
      owed.whereNull('known.run_id').orWhere(other =>
        other
          .where('known.is_given_up', false)
          .where(state =>
            state
              .whereNull('known.state')
              .orWhereRaw(`known.state <> ${WANTED[told]}`),
          )
          .where(due =>
            due
              .whereNull('known.next_try_at')
              .orWhere('known.next_try_at', '<=', at),
          ),
      ),
    )
    .orderBy('runs.created_at')
    .limit(limit)
    .select(
      'runs.id',
      'runs.number',
      'runs.status',
      'runs.pipeline_ref',
      'runs.source_url',
      'runs.trigger',
      'runs.requested_ref',
      'runs.is_untrusted',
      'runs.pull_request',
      'runs.commit',
      'known.attempts',
      db.raw(`${WANTED[told]} as wanted`),
    );
}

/** Notes what the host has now, or why it has not. */
export async function recordCommitStatus(
  db: Knex,
  told: Told,
  row: Omit<CommitStatusRow, 'is_given_up'> & { is_given_up: boolean },
): Promise<void> {
  const { state, ...rest } = row;
  await db<CommitStatusRow>(told)
    .insert(row)
    .onConflict('run_id')
    // What could not be brought up to date stays as it was.
    .merge(state === null ? rest : row);
}

/** Why the host was not told of a run; undefined where it was, or is told of none. */
export async function findStatusProblem(
  db: Knex,
  told: Told,
  runId: string,
): Promise<Pick<CommitStatusRow, 'problem' | 'is_given_up'> | undefined> {
  return await db<CommitStatusRow>(told)
    .where({ run_id: runId })
    .whereNotNull('problem')
    .first('problem', 'is_given_up');
}
