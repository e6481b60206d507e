import type { Knex } from 'knex';
import { v7 as timeOrderedUuid } from 'uuid';
import type {
  ChangedPaths,
  ParameterValues,
  PipelineDefinition,
  Reason,
  RunDataset,
  RunPullRequest,
} from '@model-ci/backstage-plugin-model-ci-common';
import { formatChangedPaths } from '../../changedPaths';
import { storeReason } from '../../storedReason';
import type { RunRow } from '../../tables/runs';

export interface NewRun {
  pipelineRef: string;
  sourceUrl: string;
  requestedRef?: string;
  branch?: string;
  commit?: string;
  commitMessage?: string;
  sourceTree?: string;
  sourceDigest?: string;
  definition?: PipelineDefinition;
  datasets?: RunDataset[];
  parameters?: ParameterValues;
  trigger: RunRow['trigger'];
  createdBy: string;
  idempotencyKey?: string;
  changedPaths?: ChangedPaths;
  /** Whether the change comes from a fork, or may. */
  isUntrusted?: boolean;
  /** Why it may. */
  unverified?: Reason;
  /** Whether the code host says that the commit is on its branch or tag. */
  isVerified?: boolean;
  pullRequest?: RunPullRequest;
  schedule?: string;
  at: string;
}

/** The one place that writes the row of a run. The caller has locked the numbers of the pipeline. */
export async function insertRunRow(
  tx: Knex.Transaction,
  args: NewRun,
  state: Pick<RunRow, 'number' | 'status' | 'started_at'>,
): Promise<RunRow> {
  const [run] = await tx<RunRow>('runs')
    .insert({
      // Lists are ordered by time and id: so runs of one millisecond are listed as they were numbered.
      id: timeOrderedUuid(),
      ...state,
      pipeline_ref: args.pipelineRef,
      trigger: args.trigger,
      branch: args.branch ?? null,
      requested_ref: args.requestedRef ?? null,
      commit: args.commit ?? null,
      commit_message: args.commitMessage ?? null,
      source_url: args.sourceUrl,
      source_tree: args.sourceTree ?? null,
      source_digest: args.sourceDigest ?? null,
      definition: toJson(args.definition),
      datasets: toJson(args.datasets),
      parameters: toJson(args.parameters),
      created_by: args.createdBy,
      idempotency_key: args.idempotencyKey ?? null,
      created_at: args.at,
      changed_paths: formatChangedPaths(args.changedPaths),
      is_untrusted: args.isUntrusted ?? args.unverified !== undefined,
      untrusted_reason: storeReason(args.unverified),
      is_verified: args.isVerified ?? false,
      pull_request: toJson(args.pullRequest),
      pull_request_number: args.pullRequest?.number ?? null,
      schedule: args.schedule ?? null,
    })
    .returning('*');
  return run;
}

function toJson(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
