import type {
  RunTrigger,
  Status,
} from '@model-ci/backstage-plugin-model-ci-common';

/** PostgreSQL answers 64-bit integers as text, SQLite as numbers; `Number()` reads both. */
export type BigInteger = number | string;

/** A row of `runs`. */
export interface RunRow {
  id: string;
  pipeline_ref: string;
  number: number;
  status: Status;
  trigger: RunTrigger;
  branch: string | null;
  requested_ref: string | null;
  commit: string | null;
  commit_message: string | null;
  /** Folder of the entity at the default branch, ending in `/`. */
  source_url: string;
  source_digest: string | null;
  /** Git's id of the commit's tree, where the host gives it. */
  source_tree: string | null;
  /** JSON of a `PipelineDefinition`. */
  definition: string | null;
  /** JSON of a `DefinitionError[]`. */
  mistakes: string | null;
  /** JSON of a `RunDataset[]`. */
  datasets: string | null;
  /** JSON of the values that were given by name, once it has started with the defaults; null where there are none. */
  parameters: string | null;
  created_by: string;
  idempotency_key: string | null;
  reason: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  cancel_requested_at: string | null;
  cancel_requested_by: string | null;
  ticket: string | null;
  holder: string | null;
  lease_expires_at: string | null;
  prepare_failures: number;
  prepare_after: string | null;
  announced_at: string | null;
  /** The run that must have ended before this one is prepared; null where there is none. */
  waits_for: string | null;
  /** Number of the newer run that cancelled this one. */
  superseded_by: number | null;
  /** JSON of a `ChangedPaths`, see `parseChangedPaths`; null where they are not known. */
  changed_paths: string | null;
  /** Whether its change comes from a fork, or may: it gets no secrets. SQLite answers a number. */
  is_untrusted: boolean | number;
  /** Why it may; null where it does. */
  untrusted_reason: string | null;
  /** Whether its code host said, before it was queued, that its commit is where it is said to be. */
  is_verified: boolean | number;
  /** JSON of a `RunPullRequest`; null for runs of none. */
  pull_request: string | null;
  pull_request_number: BigInteger | null;
  /** Name of the schedule that started it; null where none did. */
  schedule: string | null;
}

/** A run without what it read from its source, which may be large and never changes. */
export type RunStateRow = Omit<
  RunRow,
  | 'definition'
  | 'mistakes'
  | 'datasets'
  | 'parameters'
  | 'changed_paths'
  | 'waits_for'
>;

export const RUN_STATE_COLUMNS = [
  'id',
  'pipeline_ref',
  'number',
  'status',
  'trigger',
  'branch',
  'requested_ref',
  'commit',
  'commit_message',
  'source_url',
  'source_digest',
  'source_tree',
  'created_by',
  'idempotency_key',
  'reason',
  'created_at',
  'started_at',
  'finished_at',
  'cancel_requested_at',
  'cancel_requested_by',
  'ticket',
  'holder',
  'lease_expires_at',
  'prepare_failures',
  'prepare_after',
  'announced_at',
  'superseded_by',
  'is_untrusted',
  'untrusted_reason',
  'is_verified',
  'pull_request',
  'pull_request_number',
  'schedule',
].map(column => `runs.${column}`);

/** A row of `stages`. */
export interface StageRow {
  id: string;
  run_id: string;
  name: string;
  position: number;
  status: Status;
  reason: string | null;
  started_at: string | null;
  finished_at: string | null;
  /** JSON of a `StageDefinition`; null for stages of before it was kept there. */
  definition: string | null;
  /** Key among the executions of one stage; null for the stage itself. */
  instance: string | null;
  /** JSON of a `StageConclusion`, once all instances of the stage have ended. */
  conclusion: string | null;
  /** True where the conclusion has parity; null elsewhere. */
  has_parity: boolean | number | null;
  /** Whether this instance goes on; null where none was to be selected. SQLite answers a number. */
  selected: boolean | number | null;
  /** JSON of a `StoredGatePlan`; null for stages without gates, and of before there were any. */
  gate_plan: string | null;
}

/** A row of `approvals`. */
export interface ApprovalRow {
  id: string;
  run_id: string;
  stage_id: string;
  question: string;
  asked_at: string;
  decision: 'continue' | 'stop' | 'cancelled' | null;
  decided_by: string | null;
  decided_at: string | null;
  reason: string | null;
  notified_at: string | null;
  /** Digest of what there is to look at; null of before there were any. */
  evidence: string | null;
  expires_at: string | null;
  /** When the owner was notified of the decision. */
  outcome_notified_at: string | null;
}

/** A row of `attempts`. */
export interface AttemptRow {
  id: string;
  stage_id: string;
  run_id: string;
  number: number;
  platform_retries: number;
  status: Status;
  executor: string;
  node: string | null;
  /** JSON object of labels. */
  node_selector: string;
  cpus: number;
  memory_bytes: BigInteger;
  gpus: number;
  /** Digest of what it demands of a node. */
  demand: string;
  timeout_seconds: number;
  ticket: string | null;
  holder: string | null;
  lease_expires_at: string | null;
  /** JSON of a `Handle`. */
  handle: string | null;
  /** JSON of an `Outcome`. */
  outcome: string | null;
  exit_code: number | null;
  reason: string | null;
  cancel_requested_at: string | null;
  log_size: BigInteger;
  /** Bytes of the log as it was written that are stored, where those stored are masked; null where they are not. */
  log_source: BigInteger | null;
  log_digest: string | null;
  /** JSON of a `LogTime[]`, once the log was compacted. */
  log_times?: string | null;
  created_at: string;
  started_at: string | null;
  deadline_at: string | null;
  finished_at: string | null;
  cleaned_at: string | null;
  phase: 'pending' | 'running' | 'collecting' | null;
  phase_reason: string | null;
  phase_since: string | null;
  phase_node: string | null;
  next_try_at: string | null;
  queue_timeout_seconds: number | null;
  rescues: number;
  give_up_requested_at: string | null;
  give_up_requested_by: string | null;
  give_up_reason: string | null;
  /** When its node was to be empty while it still ran. */
  evict_requested_at: string | null;
  /** JSON of a `RanImage`. */
  image: string | null;
  /** JSON of a `BuiltImage`. */
  built_image: string | null;
  /** Devices that it was given, with commas; null where nobody says which. */
  gpu_ids: string | null;
}

const ATTEMPT_COLUMNS = [
  'id',
  'stage_id',
  'run_id',
  'number',
  'platform_retries',
  'status',
  'executor',
  'node',
  'node_selector',
  'cpus',
  'memory_bytes',
  'gpus',
  'demand',
  'timeout_seconds',
  'ticket',
  'holder',
  'lease_expires_at',
  'handle',
  'outcome',
  'exit_code',
  'reason',
  'cancel_requested_at',
  'log_size',
  'log_source',
  'log_digest',
  'created_at',
  'started_at',
  'deadline_at',
  'finished_at',
  'cleaned_at',
  'phase',
  'phase_reason',
  'phase_since',
  'phase_node',
  'next_try_at',
  'queue_timeout_seconds',
  'rescues',
  'give_up_requested_at',
  'give_up_requested_by',
  'give_up_reason',
  'evict_requested_at',
  'image',
  'built_image',
  'gpu_ids',
] satisfies Array<keyof AttemptRow>;

/** For statements with `returning` that join something else: a whole `AttemptRow`, on any database. */
export const RETURNED_ATTEMPT = ATTEMPT_COLUMNS.map(
  column => `attempts.${column} as ${column}`,
).join(', ');

/** A row of `state_changes`. */
export interface StateChangeRow {
  id: BigInteger;
  run_id: string;
  stage_id: string | null;
  attempt_id: string | null;
  from_status: Status | null;
  to_status: Status;
  changed_by: string | null;
  reason: string | null;
  at: string;
}

/** A row of `log_chunks`. */
export interface LogChunkRow {
  attempt_id: string;
  start: BigInteger;
  size: number;
  data: Buffer;
  stored_at: string | null;
}
