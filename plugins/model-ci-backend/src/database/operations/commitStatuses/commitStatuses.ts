import type { Knex } from 'knex';
import type { RunRow } from '../../tables/runs';

/** A row of `commit_statuses`. */
export interface CommitStatusRow {
  run_id: string;
  state: CommitState | null;
  attempts: number;
  next_try_at: string | null;
  is_given_up: boolean | number;
  problem: string | null;
}

export type CommitState = 'pending' | 'success' | 'failure' | 'error';

/** A run whose code host does not have its status yet. */
export type OwedStatus = Pick<
  RunRow,
  | 'id'
  | 'number'
  | 'status'
  | 'pipeline_ref'
  | 'source_url'
  | 'trigger'
  | 'pull_request'
> & { commit: string; wanted: CommitState; attempts: number | null };

const WANTED = `case runs.status
  when 'succeeded' then 'success'
  when 'failed' then 'failure'
  when 'errored' then 'error'
  when 'cancelled' then 'error'
  else 'pending' end`;

/** Runs that code hosts have caused and do not know the status of, the oldest first. */
export async function listOwedStatuses(
  db: Knex,
  args: { at: string; since: string; limit: number },
): Promise<OwedStatus[]> {
  const { at, since, limit } = args;
  return await db('runs')
    .leftJoin('commit_statuses as known', 'known.run_id', 'runs.id')
    .whereIn('runs.trigger', ['push', 'tag', 'pull_request'])
    .whereNotNull('runs.commit')
    .where('runs.created_at', '>=', since)
    .where(owed =>
      owed.whereNull('known.run_id').orWhere(other =>
        other
          .where('known.is_given_up', false)
          .where(state =>
            state
              .whereNull('known.state')
              .orWhereRaw(`known.state <> ${WANTED}`),
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
      'runs.pull_request',
      'runs.commit',
      'known.attempts',
      db.raw(`${WANTED} as wanted`),
    );
}

/** Notes what the host has now, or why it has not. */
export async function recordCommitStatus(
  db: Knex,
  row: Omit<CommitStatusRow, 'is_given_up'> & { is_given_up: boolean },
): Promise<void> {
  const { state, ...rest } = row;
  await db<CommitStatusRow>('commit_statuses')
    .insert(row)
    .onConflict('run_id')
    // What could not be brought up to date stays as it was.
    .merge(state === null ? rest : row);
}

/** Why the host does not have the status of a run; undefined where it has, or has none of any run. */
export async function findStatusProblem(
  db: Knex,
  runId: string,
): Promise<Pick<CommitStatusRow, 'problem' | 'is_given_up'> | undefined> {
  return await db<CommitStatusRow>('commit_statuses')
    .where({ run_id: runId })
    .whereNotNull('problem')
    .first('problem', 'is_given_up');
}
