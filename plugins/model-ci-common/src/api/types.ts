import type { DeploymentStatus, Status } from '../status';
import type { DefinitionProblem } from '../definition/problems';
import type {
  PipelineDefinition,
  DefinitionError,
  ServingDefinition,
} from '../definition/types';
import type { Reason } from '../reasons';
import type { RunPromotion } from './aliases';
import type { ExternalCi } from './externalRuns';
import type { GatePlan, GateResult, Verdict } from './gates';
import type { ParameterValue } from '../definition/instances';
import type {
  ParameterDefinitions,
  ParameterValues,
} from '../definition/parameters';
import type { InstanceFacts, StageConclusion, StageMetric } from './instances';

/** Times are ISO 8601 in UTC; refs are full entity refs; ids are opaque strings. */
export interface Page<T> {
  items: T[];
  /** Pass it as `cursor` for the next page; absent on the last one. */
  nextCursor?: string;
}

/** What caused a run. */
export type RunTrigger =
  | 'push'
  | 'tag'
  | 'pull_request'
  | 'schedule'
  | 'manual'
  | 'template'
  | 'external';

/** The pull or merge request that a run is of. */
export interface RunPullRequest {
  number: number;
  url: string;
  title?: string;
  /** Name on the code host. */
  author?: string;
  sourceBranch: string;
  targetBranch: string;
}

export interface RunSummary {
  id: string;
  /** Counts up from 1 within its pipeline. */
  number: number;
  pipelineRef: string;
  status: Status;
  trigger: RunTrigger;
  /** Name of the schedule that started it. */
  schedule?: string;
  /** The build of another CI that executes the run, and reports it. */
  ci?: ExternalCi;
  branch?: string;
  commit?: string;
  commitMessage?: string;
  /** Such a run is of no branch, and registers no version. */
  pullRequest?: RunPullRequest;
  /** Whether its change comes from a fork, or may: it gets no secrets. */
  isUntrusted?: boolean;
  /** User or service entity ref that caused the run. */
  createdBy: string;
  createdAt: string;
  startedAt?: string;
  finishedAt?: string;
  /** Why the run ended as it did, when it did not succeed. */
  reason?: Reason;
  /** The version that this run registered. */
  version?: number;
  /** Present where people decided about stages and the run has its status through that. */
  decided?: Decided;
  /** Absent where it never waited for a person. */
  waited?: Waited;
  stages: Array<{ name: string; status: Status; decided?: Decided }>;
}

/** What people decided that still holds: a retry ends what was decided before. */
export interface Decided {
  decision: 'continue' | 'stop';
  /** Entity refs of who decided, each once; empty where nobody did in time. */
  by: string[];
  /** When the last of them did. */
  at: string;
}

/** How long something waited for people since it was last started, with nothing else of it going on. */
export interface Waited {
  /** Of waits that have ended. */
  milliseconds: number;
  /** Since when it waits now. */
  since?: string;
}

export interface Run extends RunSummary {
  /** Why the code host does not have the status of the run; absent where it has, or takes none. */
  commitStatusProblem?: Reason;
  /** Why the comment of its pull request does not tell of the run; absent where it does, or there is none. */
  commentProblem?: Reason;
  /** Why the run is not trusted, unless it is of a fork's pull request. */
  untrustedReason?: Reason;
  stages: RunStage[];
  /** The definition at the run's commit; absent until the source was read, or if it is invalid. */
  definition?: PipelineDefinition;
  /** Everything wrong with `model-pipeline.yaml` at the run's commit. */
  definitionErrors: DefinitionError[];
  datasets: RunDataset[];
  /** What it was started with; from its start on with the defaults of its definition. */
  parameters: ParameterValues;
  /** `sha256:…` of the archive of the source that ran; absent until it was read. */
  sourceDigest?: string;
  /** Git's id of the commit's tree: two commits with the same one hold exactly the same files. Absent where the host does not give it. */
  sourceTree?: string;
  /** Absent where the definition asks for none, and until it was decided. */
  promotion?: RunPromotion;
  history: HistoryEntry[];
}

/** What a run of a commit can be given. */
export interface RunParameters {
  /** The commit that was asked for, or that the ref is at. */
  commit: string;
  parameters: ParameterDefinitions;
  /** What keeps the definition at the commit from being run; it has no parameters then. */
  definitionErrors: DefinitionError[];
}

export interface RunDataset {
  name: string;
  uri: string;
  /** `sha256:…` of the bytes that the run used. */
  digest: string;
  size: number;
}

export interface RunStage extends StageExecution {
  /** Its key: in URLs, logs, `needs` and this interface. */
  name: string;
  /** What to show instead of the name. */
  title?: string;
  needs: string[];
  allowFailure: boolean;
  /** Its executions, where there are several; it has no attempts of its own then. Their keys are `name[key]`. */
  instances?: RunStageInstance[];
  /** What was found out once all instances had ended. */
  conclusion?: StageConclusion;
  /** All that it reported of whole data sets, gated or not, up to 100; absent where that is nothing. */
  metrics?: StageMetric[];
}

export type RunStageInstance = StageExecution & InstanceFacts;

/** How a stage, or one of its instances, is or was executed. */
export interface StageExecution {
  status: Status;
  executor?: string;
  image?: string;
  /** Stage that has built the image it runs. */
  imageFrom?: string;
  /** Whether it builds an image in place of commands. */
  buildsImage?: boolean;
  reason?: Reason;
  /** Why a queued stage does not start yet. */
  waitingFor?: Reason;
  startedAt?: string;
  finishedAt?: string;
  /** Present where a person decided how it ended. */
  decided?: Decided;
  /** Absent where it never waited for a person. */
  waited?: Waited;
  /** Oldest first; the last one decides. */
  attempts: Attempt[];
  gates: GateResult[];
  /** What its gates will demand; absent for stages without gates, and until the run has started. */
  gatePlan?: GatePlan;
  artifacts: Artifact[];
  reports: ReportSummary[];
  /** Questions to people and what they decided, oldest first. */
  approvals: Approval[];
}

/** Something that waits for a person, or waited for one. */
export interface Approval {
  id: string;
  /** Why a person is asked. */
  question: Reason;
  askedAt: string;
  /** Digest of what there is to look at; a decision names the one that it rests on. Absent in approvals from before there were any. */
  evidence?: string;
  /** When the stage is stopped if nobody has decided. */
  expiresAt?: string;
  /** Absent while nobody has decided. `cancelled`: the run was. */
  decision?: 'continue' | 'stop' | 'cancelled';
  by?: string;
  /** Given by who decided. */
  reason?: string;
  decidedAt?: string;
}

export interface Attempt {
  id: string;
  number: number;
  status: Status;
  executor: string;
  node?: string;
  exitCode?: number;
  reason?: Reason;
  createdAt: string;
  startedAt?: string;
  finishedAt?: string;
  /** Bytes of log stored so far. */
  logSize: number;
  /** Where it is while its status is `running`. */
  phase?: AttemptPhase;
  /** What it ran in, where its executor runs images and could say it. */
  image?: RanImage;
  /** What it has built, where it builds an image and has succeeded. */
  builtImage?: BuiltImage;
}

/** The image that an attempt ran in, by what cannot be moved to another one. */
export interface RanImage {
  /** Digest of the image in its engine: `sha256:…`. */
  id: string;
  /** Where a registry has it, with its digest there: `docker.io/library/python@sha256:…`. */
  reference?: string;
}

/** An image that a stage has built. */
export interface BuiltImage extends RanImage {
  /** The executor that built it. */
  executor: string;
  /** The node that has it, where no registry does. */
  node?: string;
}

/** `reason` is what the engine says of the wait, or why results cannot be stored yet. */
export type AttemptPhase =
  /** Submitted, and waiting for its cluster to start it. */
  | { type: 'pending'; reason?: Reason; since?: string }
  /** `node` is the machine that a cluster chose. */
  | { type: 'running'; since?: string; node?: string }
  /** It has ended; its results are stored as soon as that is possible. */
  | { type: 'collecting'; reason?: Reason; since?: string; nextTryAt?: string };

export interface HistoryEntry {
  at: string;
  subject: 'run' | 'stage' | 'attempt';
  stage?: string;
  attempt?: number;
  from?: Status;
  to: Status;
  /** Who caused it; absent when the platform did. */
  by?: string;
  reason?: Reason;
}

export interface Artifact {
  id: string;
  stage: string;
  /** Key among the executions of the stage; absent where there is one. */
  instance?: string;
  name: string;
  /** Where it lies in the workspace. */
  path: string;
  /** `sha256:…` of its tar archive. */
  digest: string;
  /** Bytes of its tar archive. */
  size: number;
  createdAt: string;
}

/** A file in the archive of an artifact. */
export interface ArchiveFile {
  /** As the archive names it: whoever packed it may have named it anything. */
  path: string;
  /** `other`: a link, or what is not to be read. */
  type: 'file' | 'directory' | 'other';
  /** Bytes. */
  size: number;
}

export interface ArchiveFileList {
  /** In the order of the archive. */
  items: ArchiveFile[];
  /** There are more than are listed. */
  more: boolean;
}

export type ReportKind =
  | 'junit'
  | 'metrics'
  | 'predictions'
  | 'lm-eval'
  | 'series';

export type ReportSummary =
  | {
      kind: 'junit';
      path: string;
      digest: string;
      tests: number;
      failures: number;
      errors: number;
      skipped: number;
      /** Seconds. */
      duration: number;
    }
  | {
      kind: 'metrics';
      path: string;
      digest: string;
      metrics: number;
      /** Values that are no metrics, such as texts. */
      leftOut?: number;
    }
  | {
      kind: 'predictions';
      path: string;
      digest: string;
      predictions: number;
      /** How many slices were measured; absent where the predictions have none. */
      slices?: number;
      /** How many smaller ones were not. */
      slicesLeftOut?: number;
    }
  | {
      kind: 'lm-eval';
      path: string;
      digest: string;
      /** Of results. */
      metrics?: number;
      /** Of the samples of a task. */
      examples?: number;
    }
  | {
      kind: 'series';
      path: string;
      digest: string;
      /** How many metrics have curves. */
      metrics: number;
      /** Rows of the file. */
      steps: number;
      /** Values that are no numbers. */
      leftOut?: number;
      /** Metrics beyond those that are kept. */
      metricsLeftOut?: number;
    };

export interface TestCase {
  suite: string;
  classname?: string;
  name: string;
  status: 'passed' | 'failed' | 'errored' | 'skipped';
  /** Seconds. */
  duration?: number;
  message?: string;
  /** Stack trace or captured output. */
  details?: string;
}

/** One metric of one run on one data set. */
export interface Evaluation {
  runId: string;
  runNumber: number;
  version?: number;
  commit?: string;
  stage: string;
  metric: string;
  dataset?: string;
  datasetDigest?: string;
  /** Where it was measured; absent for a run's own evaluation. */
  environment?: string;
  /** Key among the executions of the stage; absent where there is one. */
  instance?: string;
  /** A subset of the data, such as `region=north`; absent for the whole. */
  slice?: string;
  /** Absent if it was not measured. */
  value?: number;
  /** The report names the metric and says that it has no value: `NaN` in the file. */
  notMeasured?: true;
  /** Standard error of the value. */
  stderr?: number;
  /** Number of examples behind the value. */
  n?: number;
  unit?: string;
  higherIsBetter?: boolean;
  at: string;
}

/** An evaluation that has a value. */
export interface MeasuredEvaluation extends Evaluation {
  value: number;
  notMeasured?: undefined;
}

export function isMeasured(
  evaluation: Evaluation,
): evaluation is MeasuredEvaluation {
  return evaluation.value !== undefined;
}

export interface MetricHistory {
  metric: string;
  dataset?: string;
  unit?: string;
  higherIsBetter?: boolean;
  /** The limits of the latest gate on this metric. */
  gate?: { min?: number; max?: number };
  /** Oldest first. */
  points: Evaluation[];
}

/** The metrics of a pipeline, one history for each data set. */
export interface MetricHistories {
  items: MetricHistory[];
  /** There are more metrics than those that are answered; `more` says that they are more than were counted. */
  cut?: { shown: number; total: number; more: boolean };
}

export interface ModelVersion {
  pipelineRef: string;
  version: number;
  runId: string;
  runNumber: number;
  commit?: string;
  branch?: string;
  commitMessage?: string;
  createdBy: string;
  createdAt: string;
  aliases: string[];
  metrics: Evaluation[];
  artifacts: Artifact[];
  datasets: RunDataset[];
  /** What its stages with `select` have chosen, by stage. */
  parameters: Record<string, Record<string, ParameterValue>>;
  /** Whether the version's definition says how it is served. */
  servable: boolean;
  /** Why it cannot be served although its definition may say how. */
  unreadable?: Reason;
  /** Environments where it serves now. */
  environments: string[];
}

/** How a version's value stands to that of the first version of a comparison. */
export type Comparison =
  /** It is the first version. */
  | 'reference'
  | 'better'
  | 'worse'
  | 'equal'
  /** The values differ and nothing says which direction is better. */
  | 'different'
  /** The data they were measured on differ, so that the values say nothing about the versions. */
  | 'not-comparable'
  /** One of the two did not report the metric. */
  | 'missing';

/** The metrics of some versions side by side. */
export interface VersionComparison {
  /** In the order asked for. */
  versions: Array<{
    version: number;
    runId: string;
    runNumber: number;
    commit?: string;
    createdAt: string;
    createdBy: string;
    aliases: string[];
    /**
     * What the definition sets for the commands of stages, by `<stage>.<variable>`, and what was selected of their
     * matrices, by `<stage>.<parameter>`.
     */
    parameters: Record<string, string>;
    datasets: RunDataset[];
  }>;
  /** One row for each metric and data set that any of the versions reported. */
  metrics: Array<{
    metric: string;
    dataset?: string;
    unit?: string;
    higherIsBetter?: boolean;
    /** In the order of `versions`. */
    values: Array<{
      version: number;
      /** Absent when this version did not report the metric, or reported that it was not measured. */
      value?: number;
      notMeasured?: true;
      stderr?: number;
      n?: number;
      datasetDigest?: string;
      /** What the version's own gates said of it; absent when no gate judges the metric. */
      verdict?: Verdict;
      /** How it stands to the first version. */
      comparison: Comparison;
      /** This value minus the first version's; absent where the two cannot be compared. */
      difference?: number;
      /** Why there is no comparison. */
      reason?: Reason;
    }>;
  }>;
}

export interface PipelineSummary {
  pipelineRef: string;
  title: string;
  description?: string;
  type: string;
  lifecycle: string;
  owner: string;
  modelRef: string;
  /** What is wrong with the repository or its files, and since when; absent where nothing is. */
  sourceState?: { reason: Reason; since: string };
  latestRun?: RunSummary;
  /** The last ten, oldest first. */
  recentRuns: Array<Pick<RunSummary, 'id' | 'number' | 'status'>>;
  latestVersion?: { version: number; createdAt: string };
  /** Metrics of the latest version, with those of the version before for comparison. */
  latestMetrics: Array<{
    metric: string;
    dataset?: string;
    value: number;
    previous?: number;
    unit?: string;
    higherIsBetter?: boolean;
  }>;
  deployed: Array<{
    environment: string;
    version: number;
    deploymentId: string;
    health: DeploymentHealth;
  }>;
}

export interface Pipeline extends PipelineSummary {
  /** The default branch's definition, as the catalog has it. */
  definition?: PipelineDefinition;
  /** What is wrong with it. The catalog keeps no lines: a run of the branch shows them. */
  definitionErrors: DefinitionProblem[];
  /** Where the catalog read the pipeline from. */
  sourceUrl?: string;
  defaultBranch?: string;
  /** Why the pipeline cannot be run, whatever its definition says. */
  sourceProblem?: Reason;
}

export type DeploymentHealth =
  | 'unknown'
  | 'healthy'
  | 'unhealthy'
  | 'restarting';

export interface Deployment {
  id: string;
  pipelineRef: string;
  version: number;
  environment: string;
  status: DeploymentStatus;
  health: DeploymentHealth;
  reason?: Reason;
  /** Given by who asked for it. */
  comment?: string;
  createdBy: string;
  createdAt: string;
  /** When it took over the environment's endpoint. */
  servingAt?: string;
  finishedAt?: string;
  /** The earlier deployment that this one returns to. */
  rollbackOf?: string;
  /** `automatic`: the pipeline's `deploy.automatic` named the environment. */
  trigger: 'manual' | 'automatic' | 'rollback';
  executor?: string;
  node?: string;
  /** Restarts after a crash, since it began to serve. */
  restarts: number;
  /** The image that it runs by digest, where a stage of its version's run built it. */
  image?: BuiltImage;
  nextRestartAt?: string;
  /** How many of it can be used now, where its executor keeps it alive by itself. */
  replicas?: { ready: number; wanted: number };
  /** The stable path below the backend's base URL, e.g. `/api/model-ci/endpoints/staging/default/house-price`. */
  endpoint: string;
}

export interface DeploymentDetail extends Deployment {
  /** What callers of its version send, as far as the definition says it. */
  serving: Pick<ServingDefinition, 'api' | 'example'>;
  history: Array<{
    at: string;
    from?: DeploymentStatus;
    to: DeploymentStatus;
    by?: string;
    reason?: Reason;
  }>;
  /** The last lines that the service wrote. */
  log: string;
}

export interface Environment {
  name: string;
  title: string;
  description?: string;
  executor: string;
  node?: string;
}

export interface ComputeNode {
  name: string;
  executor: string;
  health: 'healthy' | 'unreachable';
  /** What is wrong and what to do about it. */
  message?: string;
  labels: Record<string, string>;
  capacity: NodeResources;
  reserved: NodeResources;
  running: number;
  /** Present for a cluster, whose own scheduler decides when attempts start. */
  scheduling?: 'cluster';
  /** How many attempts a cluster takes at a time; any number if absent. */
  maxSubmitted?: number;
  /** Present while nothing new is placed on it. */
  cordon?: NodeCordon;
  /** Present while it is out of reach. */
  away?: { since: string; isLost: boolean };
  /** What keeps a drained or lost node from being empty; an empty list for one that is. */
  keptBy?: Reason[];
}

/** An administrator's order to place nothing new on a node. */
export interface NodeCordon {
  at: string;
  by: string;
  reason: string;
  /** Present where the node is to be empty as well; what still runs at the deadline is run again elsewhere. */
  drain?: { deadlineAt?: string };
}

export interface NodeResources {
  cpus: number;
  memoryBytes: number;
  gpus: number;
}

export interface QueueEntry {
  runId: string;
  runNumber: number;
  pipelineRef: string;
  stage: string;
  executor: string;
  /** Since when it could start. */
  since: string;
  /** How many stages are before it; of each size, no more than 1,000 are counted. */
  ahead: number;
  reason: Reason;
}
