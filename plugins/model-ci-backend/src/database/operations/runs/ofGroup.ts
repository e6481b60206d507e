import type { Knex } from 'knex';
import type { RunRow } from '../../tables/runs';
import { lockUntilCommit } from '../../transact';

/** What makes runs concurrent. A fork's branch has nothing to do with the branch of the same name here. */
export type GroupOfRun = Pick<
  RunRow,
  'pipeline_ref' | 'branch' | 'is_untrusted' | 'pull_request_number'
>;

/**
 * The runs of the same branch, or of the same pull request, that have not ended; a run of a commit alone has no others.
 * Requests of two forks may have branches of one name, and that of the target's repository is none of theirs.
 */
export function unfinishedOfGroup(
  tx: Knex.Transaction,
  run: GroupOfRun,
): Knex.QueryBuilder<RunRow> {
  const query = tx<RunRow>('runs')
    .where({ pipeline_ref: run.pipeline_ref })
    .whereIn('status', ['queued', 'running', 'waiting'])
    // Another CI decides about its own.
    .whereNot('trigger', 'external');
  return run.pull_request_number === null
    ? query
        .where({ is_untrusted: Boolean(run.is_untrusted) })
        .whereNull('pull_request_number')
        // Nothing equals null.
        .whereRaw('branch = ?', [run.branch])
    : query.where({ pull_request_number: run.pull_request_number });
}

/** Lets one transaction at a time decide which run of a branch or of a pull request goes on. */
export async function lockGroup(
  tx: Knex.Transaction,
  { pipeline_ref, branch, pull_request_number: request }: GroupOfRun,
): Promise<void> {
  const group = request === null ? `branch ${branch}` : `request ${request}`;
  await lockUntilCommit(tx, `concurrency:${pipeline_ref} ${group}`);
}
