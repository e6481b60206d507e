import type { Knex } from 'knex';
import { v7 as timeOrderedUuid } from 'uuid';
import type {
  ChangedPaths,
  ParameterValues,
  RunPullRequest,
} from '@model-ci/backstage-plugin-model-ci-common';
import { formatChangedPaths } from '../../changedPaths';
import type { RunRow } from '../../tables/runs';
import { lockUntilCommit, transact } from '../../transact';
import { insertChanges } from '../history/insertChanges';
import { findRunByKey } from './findRunByKey';

export interface InsertRunArgs {
  pipelineRef: string;
  sourceUrl: string;
  requestedRef?: string;
  branch?: string;
  commit?: string;
  commitMessage?: string;
  sourceTree?: string;
  /** What was given; the start of the run checks it and adds the defaults. */
  parameters?: ParameterValues;
  trigger: RunRow['trigger'];
  createdBy: string;
  idempotencyKey?: string;
  /** Absent where they are not known. */
  changedPaths?: ChangedPaths;
  /** Whether the change comes from a fork. */
  isUntrusted?: boolean;
  /** Whether the code host says that the commit is on its branch or tag. */
  isProved?: boolean;
  pullRequest?: RunPullRequest;
  /** Name of the schedule that starts it. */
  schedule?: string;
  at: string;
}

const COUNTERPARTS: Partial<Record<RunRow['trigger'], RunRow['trigger']>> = {
  push: 'template',
  template: 'push',
};

/**
 * Queues a run under the next number of its pipeline. The same idempotency key answers the
 * run that was queued first. The preparation moves the row next.
 */
export async function insertRun(
  db: Knex,
  args: InsertRunArgs,
): Promise<{ run: RunRow; created: boolean }> {
  return await transact(db, async tx => {
    // Numbers have no gaps and no doubles, however many replicas start runs at once.
    await lockUntilCommit(tx, `run-number:${args.pipelineRef}`);
    const { pipelineRef, idempotencyKey } = args;
    if (idempotencyKey !== undefined) {
      const existing = await findRunByKey(tx, { pipelineRef, idempotencyKey });
      if (existing) {
        return { run: existing, created: false };
      }
    }
    const last = await tx<RunRow>('runs')
      .where({ pipeline_ref: args.pipelineRef })
      .orderBy('number', 'desc')
      .first();
    if (last && isCounterpart(last, args)) {
      return { run: last, created: false };
    }
    const [run] = await tx<RunRow>('runs')
      .insert({
        // Lists are ordered by time and id: so runs of one millisecond are listed as they were numbered.
        id: timeOrderedUuid(),
        pipeline_ref: args.pipelineRef,
        number: (last?.number ?? 0) + 1,
        status: 'queued',
        trigger: args.trigger,
        branch: args.branch ?? null,
        requested_ref: args.requestedRef ?? null,
        commit: args.commit ?? null,
        commit_message: args.commitMessage ?? null,
        source_tree: args.sourceTree ?? null,
        source_url: args.sourceUrl,
        parameters: args.parameters ? JSON.stringify(args.parameters) : null,
        created_by: args.createdBy,
        idempotency_key: args.idempotencyKey ?? null,
        created_at: args.at,
        changed_paths: formatChangedPaths(args.changedPaths),
        is_untrusted: args.isUntrusted ?? false,
        is_proved: args.isProved ?? false,
        pull_request: args.pullRequest
          ? JSON.stringify(args.pullRequest)
          : null,
        pull_request_number: args.pullRequest?.number ?? null,
        schedule: args.schedule ?? null,
      })
      .returning('*');
    await insertChanges(tx, {
      changes: [{ runId: run.id, to: 'queued', by: args.createdBy }],
      at: args.at,
    });
    return { run, created: true };
  });
}

/**
 * A template that creates a project pushes its first commit and asks for a run of it: whichever of the two comes second
 * means the run of the first. Every later push is a run of its own, also of a commit that was run before.
 */
function isCounterpart(last: RunRow, args: InsertRunArgs): boolean {
  return (
    COUNTERPARTS[args.trigger] === last.trigger &&
    args.commit !== undefined &&
    args.commit === last.commit &&
    args.branch === last.branch &&
    // What was asked for with parameters is no run without them.
    args.parameters === undefined
  );
}
