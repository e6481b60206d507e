import type {
  GateDemand,
  GateResult,
  Reason,
  StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { StageInputs } from './stageInputs';

export type Gate = StageDefinition['gates'][number];

/** One metric as a stage reported it. */
export interface Measured {
  metric: string;
  dataset?: string;
  /** A value of a slice, such as `age=65+`; absent or empty for the whole data set. */
  slice?: string;
  /** Absent where it was not measured. */
  value?: number;
  stderr?: number;
  n?: number;
  higherIsBetter?: boolean;
  /** Key among the executions of the stage; absent for the stage itself. */
  instance?: string;
  environment?: string;
}

/** The examples that a stage reported, in the artifact store. */
export interface ExampleSource {
  dataset?: string;
  datasetDigest?: string;
  /** Of an evaluation harness. */
  task?: string;
  taskHash?: string;
  digest: string;
  count: number;
  /** Key among the executions of the stage; absent for the stage itself. */
  instance?: string;
  environment?: string;
}

/** The version that a gate compares with, as it was when the run started. */
export interface PlannedBaseline {
  /** As the gate names it. */
  name: string;
  /** Absent where there was none. */
  version?: number;
  /** There never was one, so that the gate passes as the first version. */
  isFirst?: true;
  /** Why there is none though there was one, or may be none of that name. */
  missing?: Reason;
  runId?: string;
  /** What it measured in the same stage. */
  values: Measured[];
  examples: ExampleSource[];
  /** What it predicted from there; absent where that is not known. */
  inputs?: StageInputs;
}

/** What was fixed for a gate when the run started. */
export interface FixedGate {
  baseline?: PlannedBaseline;
  /** The stricter demand of an earlier version. */
  loosened?: { from: GateDemand; since: number };
  /** How many examples the plan asks for. */
  planned?: number;
}

/** What gates may look at. Plain data, which can be given to a worker thread. */
export interface StageEvidence {
  gates: Gate[];
  /** In the order of the gates; empty where nothing was fixed. */
  plan: FixedGate[];
  evaluations: Measured[];
  /** Paths of the stage's reports; absent if it declares none that has metrics. */
  metricsPath?: string;
  examples: ExampleSource[];
  /** How many instances of the stage one is chosen of by `select`: they share the promise. */
  instances?: number;
  /** Runs of baselines whose stage had the same inputs: the same predictions are those of the same model. */
  sameInputs?: string[];
  /** Which direction is better, where no evaluation says so. */
  directions: Record<string, 'higher' | 'lower'>;
}

/** The result of a gate, before it is known whose. */
export type JudgedGate = Omit<GateResult, 'stage' | 'instance'>;

/** What came of a gate, without what it demanded. */
export type GateOutcome = Pick<JudgedGate, 'verdict' | 'reason'> &
  Partial<JudgedGate>;

/** Something that keeps a gate from being judged. */
export interface Unclear {
  type: 'unclear';
  reason: Reason;
  /** What nobody measured fails; what says nothing either way is inconclusive. */
  verdict: 'fail' | 'inconclusive';
}

/** A version as far as its gates and measurements in one stage go. */
export interface ReferenceVersion {
  version: number;
  runId: string;
  /** Its definition of the stage; absent if it had no such stage. */
  stage?: StageDefinition;
  /** Its definition cannot be read any more. */
  isUnreadable?: boolean;
  values: Measured[];
  examples: ExampleSource[];
  /** What it predicted from there; absent where nothing compares with it, or that is not known. */
  inputs?: StageInputs;
}
