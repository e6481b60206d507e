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

/** What is reported to a code host of a run: the status of its commit, or the comment of its pull request. */
export type ReportKind = 'commit_statuses' | 'comment_statuses';

/** A run of which its code host does not have everything yet. */
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
const WANTED: Record<ReportKind, string> = {
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
const TRIGGERS: Record<ReportKind, string[]> = {
  commit_statuses: ['push', 'tag', 'pull_request'],
  comment_statuses: ['pull_request'],
};

/** Runs that code hosts have caused and do not have as they are now, the oldest first. */
export async function listOwedStatuses(
  db: Knex,
  args: { kind: ReportKind; at: string; since: string; limit: number },
): Promise<OwedStatus[]> {
  const { kind, at, since, limit } = args;
  return await db('runs')
    .leftJoin(`${kind} as known`, 'known.run_id', 'runs.id')
    .whereIn('runs.trigger', TRIGGERS[kind])
    .whereNotNull('runs.commit')
    .where('runs.created_at', '>=', since)
    .where(owed =>
      owed.whereNull('known.run_id').orWhere(other =>
        other
          .where('known.is_given_up', false)
          .where(state =>
            state
              .whereNull('known.state')
              .orWhereRaw(`known.state <> ${WANTED[kind]}`),
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
      db.raw(`${WANTED[kind]} as wanted`),
    );
}

/** Notes what the host has now, or why it has not. */
export async function recordCommitStatus(
  db: Knex,
  kind: ReportKind,
  row: Omit<CommitStatusRow, 'is_given_up'> & { is_given_up: boolean },
): Promise<void> {
  const { state, ...rest } = row;
  await db<CommitStatusRow>(kind)
    .insert(row)
    .onConflict('run_id')
    // What could not be brought up to date stays as it was.
    .merge(state === null ? rest : row);
}

/** Why the host does not have the state of a run; undefined where it has, or takes none. */
export async function findStatusProblem(
  db: Knex,
  kind: ReportKind,
  runId: string,
): Promise<Pick<CommitStatusRow, 'problem' | 'is_given_up'> | undefined> {
  return await db<CommitStatusRow>(kind)
    .where({ run_id: runId })
    .whereNotNull('problem')
    .first('problem', 'is_given_up');
}
