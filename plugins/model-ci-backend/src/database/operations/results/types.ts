import type {
  CurvePoints,
  GateResult,
  Reason,
  ReportSummary,
  TestCase,
} from '@model-ci/backstage-plugin-model-ci-common';

/** An artifact of a finished attempt, already in the artifact store. */
export interface CollectedArtifact {
  name: string;
  path: string;
  digest: string;
  size: number;
}

/** A finite number, or the report that there is none: `NaN` in the file. */
export type MeasuredValue =
  | { value: number; notMeasured?: undefined }
  | { value?: undefined; notMeasured: true };

/** One metric as a stage reported it. */
export type MeasuredMetric = MeasuredValue & {
  metric: string;
  dataset?: string;
  /** A subset of the data, such as `region=north`. */
  slice?: string;
  /** Digest of the run's data set of that name. */
  datasetDigest?: string;
  stderr?: number;
  n?: number;
  unit?: string;
  higherIsBetter?: boolean;
};

/** The examples of one report, already in the artifact store. */
export interface CollectedExampleSet {
  dataset?: string;
  /** Digest of the run's data set of that name. */
  datasetDigest?: string;
  /** Of lm-evaluation-harness. */
  task?: string;
  taskHash?: string;
  digest: string;
  idsDigest: string;
  count: number;
}

/** One metric over the steps of training, from one file. */
export interface CollectedCurve {
  path: string;
  metric: string;
  /** Values, gaps included. */
  count: number;
  gaps: number;
  last: { step: number; value?: number };
  points: CurvePoints;
}

export type JudgedGate = Omit<GateResult, 'stage' | 'instance'>;

/** What a finished attempt left behind. */
export interface StageResults {
  artifacts: CollectedArtifact[];
  reports: ReportSummary[];
  testCases: TestCase[];
  evaluations: MeasuredMetric[];
  exampleSets: CollectedExampleSet[];
  /** Of training. */
  curves: CollectedCurve[];
  gates: JudgedGate[];
  /** What a person has to decide before the run goes on, if it has not failed. */
  question?: Reason;
  /**
   * Why the stage fails, all reasons at once: missing or malformed reports, missing
   * artifacts, gates that did not pass. When the command itself failed, it adds what the reports
   * say about it (the tests that failed), and is absent if they say nothing.
   */
  failure?: Reason;
}
