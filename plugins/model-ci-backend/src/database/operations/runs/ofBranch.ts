import type { Knex } from 'knex';
import type { RunRow } from '../../tables/runs';
import { lockUntilCommit } from '../../transact';

/** What makes runs concurrent: a fork's branch has nothing to do with the branch of the same name here. */
export type BranchOfRun = Pick<
  RunRow,
  'pipeline_ref' | 'branch' | 'is_untrusted'
>;

/** The runs of the same branch that have not ended; a run of a commit alone has no others. */
export function unfinishedOfBranch(
  tx: Knex.Transaction,
  { pipeline_ref, branch, is_untrusted }: BranchOfRun,
): Knex.QueryBuilder<RunRow> {
  return (
    tx<RunRow>('runs')
      .where({ pipeline_ref, is_untrusted: Boolean(is_untrusted) })
      // Nothing equals null.
      .whereRaw('branch = ?', [branch])
      .whereIn('status', ['queued', 'running', 'waiting'])
      // Another CI decides about its own.
      .whereNot('trigger', 'external')
  );
}

/** Lets one transaction at a time decide which run of a branch goes on. */
export async function lockBranch(
  tx: Knex.Transaction,
  { pipeline_ref, branch }: BranchOfRun,
): Promise<void> {
  await lockUntilCommit(tx, `branch:${pipeline_ref} ${branch}`);
}
