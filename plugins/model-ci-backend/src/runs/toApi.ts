import {
  parseReason,
  type Approval,
  type Attempt,
  type ExternalCi,
  type HistoryEntry,
  type DefinitionError,
  type ParameterValues,
  type PipelineDefinition,
  type RunDataset,
  type RunStage,
  type RunSummary,
  stageKey,
  type StageExecution,
  type StageDefinition,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  parseStoredDatasets,
  parseStoredDefinitionErrors,
  parseStoredParameters,
} from '../database/storedLists';
import { parsePullRequest } from '../database/pullRequest';
import { DEFINITION_FILE } from '../source/definitionReader';
import { parseBuiltImage, parseStoredImage } from '../database/storedImage';
import { parseGatePlan, showGatePlan } from '../gates/gatePlan';
import { readReason } from '../database/storedReason';
import type { HistoryRow } from '../database/operations/history/listHistory';
import { definitionOfRun } from '../database/operations/runs/definitionOfRun';
import type { RunListRow } from '../database/operations/runs/listRuns';
import type { WaitRow } from '../database/operations/runs/listWaits';
import type { DecisionRow } from '../database/operations/stages/listDecisions';
import { EXTERNAL_NODE } from '../database/tables/externalRuns';
import type {
  ApprovalRow,
  AttemptRow,
  RunRow,
  StageRow,
} from '../database/tables/runs';
import { runDecided, runWaited, stageWaited, toDecided } from './decided';

const unreadable = reason('definition.storedUnreadable');

/** Shown in the place of a stored definition that cannot be read. */
const UNREADABLE: DefinitionError = {
  file: DEFINITION_FILE,
  line: 1,
  column: 1,
  path: '',
  message: unreadable.text,
  reason: unreadable,
};

/** A run as lists show it; `stages` are its own, in order. */
export function toRunSummary(
  row: RunListRow,
  stages: StageRow[],
  {
    decisions,
    waits,
    ci,
  }: { decisions: DecisionRow[]; waits: WaitRow[]; ci?: ExternalCi },
): RunSummary {
  return {
    id: row.id,
    number: row.number,
    pipelineRef: row.pipeline_ref,
    status: row.status,
    trigger: row.trigger,
    ...(row.schedule !== null && { schedule: row.schedule }),
    ...(ci && { ci }),
    branch: row.branch ?? undefined,
    commit: row.commit ?? undefined,
    commitMessage: row.commit_message ?? undefined,
    ...(row.pull_request !== null && {
      pullRequest: parsePullRequest(row.pull_request),
    }),
    ...(row.is_untrusted && { isUntrusted: true }),
    createdBy: row.created_by,
    createdAt: row.created_at,
    startedAt: row.started_at ?? undefined,
    finishedAt: row.finished_at ?? undefined,
    reason: readReason(row.reason),
    version: row.version ?? undefined,
    decided: runDecided(row.status, decisions),
    waited: runWaited(row.started_at, waits),
    stages: stages
      .filter(({ instance }) => instance === null)
      .map(({ name, status }) => ({
        name,
        status,
        decided: toDecided(decisions.filter(({ stage }) => stage === name)),
      })),
  };
}

/** What a run read from its source. */
export function toRunSource(
  row: Pick<
    RunRow,
    | 'definition'
    | 'mistakes'
    | 'datasets'
    | 'parameters'
    | 'source_digest'
    | 'source_tree'
  >,
  stages: StageRow[],
  /** Called with the error where the definition that the run keeps cannot be read. */
  onUnreadable?: (error: unknown) => void,
): {
  definition?: PipelineDefinition;
  definitionErrors: DefinitionError[];
  datasets: RunDataset[];
  parameters: ParameterValues;
  sourceDigest?: string;
  sourceTree?: string;
} {
  const read = readDefinition(row, stages);
  if ('unreadable' in read) {
    onUnreadable?.(read.unreadable);
  }
  return {
    ...('definition' in read && read),
    definitionErrors: [
      ...('unreadable' in read ? [UNREADABLE] : []),
      ...parseStoredDefinitionErrors(row.mistakes),
    ],
    datasets: parseStoredDatasets(row.datasets),
    parameters: parseStoredParameters(row.parameters),
    sourceDigest: row.source_digest ?? undefined,
    sourceTree: row.source_tree ?? undefined,
  };
}

/** What cannot be read any more keeps nobody from looking at the rest of the run. */
function readDefinition(
  row: Pick<RunRow, 'definition'>,
  stages: StageRow[],
): { definition: PipelineDefinition } | { unreadable: unknown } | {} {
  try {
    return row.definition === null
      ? {}
      : { definition: definitionOfRun(row.definition, stages) };
  } catch (error) {
    return { unreadable: error };
  }
}

/** A stage without how it is executed. */
export function toRunStage(
  row: StageRow,
  definition: PipelineDefinition | undefined,
): Omit<RunStage, keyof StageExecution | 'instances'> {
  const stage = definition?.stages[row.name];
  return {
    name: row.name,
    title: stage?.title,
    needs: stage?.needs ?? [],
    allowFailure: stage?.allowFailure ?? false,
  };
}

/** What people were asked about the stages of a run, and what they decided. */
export interface AskedOfRun {
  approvals: ApprovalRow[];
  decisions: DecisionRow[];
}

/** How a stage or an instance is executed, without what it produced. */
export function toStageExecution(
  row: StageRow,
  attempts: AttemptRow[],
  definition: PipelineDefinition | undefined,
  { approvals, decisions }: AskedOfRun,
): Omit<StageExecution, 'gates' | 'artifacts' | 'reports'> {
  const stage = definition?.stages[row.name];
  const last = attempts[attempts.length - 1];
  const own = approvals.filter(({ stage_id: id }) => id === row.id);
  const decided = decisions.filter(({ stage_id: id }) => id === row.id);
  return {
    status: row.status,
    executor: last?.executor ?? stage?.executor,
    image: stage?.image,
    imageFrom: stage?.imageFrom,
    buildsImage: stage?.imageBuild ? true : undefined,
    reason: readReason(row.reason),
    startedAt: row.started_at ?? undefined,
    finishedAt: row.finished_at ?? undefined,
    decided: toDecided(decided),
    waited: stageWaited(row.started_at, own),
    attempts: attempts.map(toAttempt),
    approvals: own.map(toApproval),
    ...(stage && { gatePlan: toGatePlan(row, stage) }),
  };
}

function toGatePlan(row: StageRow, stage: StageDefinition) {
  const plan = parseGatePlan(row.gate_plan);
  return plan && showGatePlan(stage, plan);
}

function toAttempt(row: AttemptRow): Attempt {
  return {
    id: row.id,
    number: row.number,
    status: row.status,
    executor: row.executor,
    // Where another CI executes it is not known.
    node: row.node === EXTERNAL_NODE ? undefined : row.node ?? undefined,
    exitCode: row.exit_code ?? undefined,
    reason: readReason(row.reason),
    createdAt: row.created_at,
    startedAt: row.started_at ?? undefined,
    finishedAt: row.finished_at ?? undefined,
    logSize: Number(row.log_size),
    ...(row.image !== null && { image: parseStoredImage(row.image) }),
    ...(row.built_image !== null && {
      builtImage: parseBuiltImage(row.built_image),
    }),
    ...(row.status === 'running' && { phase: toPhase(row) }),
  };
}

function toPhase(row: AttemptRow): Attempt['phase'] {
  const since = row.phase_since ?? undefined;
  const why = readReason(row.phase_reason);
  switch (row.phase) {
    case 'pending':
      return { type: 'pending', reason: why, since };
    case 'collecting':
      return {
        type: 'collecting',
        reason: why,
        since,
        nextTryAt: row.next_try_at ?? undefined,
      };
    default:
      return { type: 'running', since, node: row.phase_node ?? undefined };
  }
}

export function toApproval(row: ApprovalRow): Approval {
  return {
    id: row.id,
    question: parseReason(row.question),
    askedAt: row.asked_at,
    evidence: row.evidence ?? undefined,
    expiresAt: row.expires_at ?? undefined,
    decision: row.decision ?? undefined,
    by: row.decided_by ?? undefined,
    reason: row.reason ?? undefined,
    decidedAt: row.decided_at ?? undefined,
  };
}

export function toHistoryEntry(row: HistoryRow): HistoryEntry {
  return {
    at: row.at,
    subject: subjectOf(row),
    stage:
      row.stage_name === null
        ? undefined
        : stageKey(row.stage_name, row.instance),
    attempt: row.attempt_number ?? undefined,
    from: row.from_status ?? undefined,
    to: row.to_status,
    by: row.changed_by ?? undefined,
    reason: readReason(row.reason),
  };
}

function subjectOf(row: HistoryRow): HistoryEntry['subject'] {
  if (row.attempt_id !== null) {
    return 'attempt';
  }
  return row.stage_id === null ? 'run' : 'stage';
}
