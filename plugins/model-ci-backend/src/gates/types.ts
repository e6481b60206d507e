import type {
  GateResult,
  Reason,
  StageDefinition,
  Verdict,
} from '@model-ci/backstage-plugin-model-ci-common';

export type Gate = StageDefinition['gates'][number];

/** One metric as a stage reported it. */
export interface Measured {
  metric: string;
  dataset?: string;
  /** Absent for the whole data set. */
  slice?: string;
  /** Absent if it was not measured. */
  value?: number;
  /** The report says that there is no value. */
  notMeasured?: true;
}

/** What gates may look at. */
export interface Measurements {
  evaluations: Measured[];
  /** Paths of the stage's metrics reports; absent if it declares none. */
  metricsPath?: string;
}

/** The result of a gate, before it is known whose. */
export type JudgedGate = Omit<GateResult, 'stage' | 'instance'>;

export interface LimitJudgement {
  verdict: Verdict;
  reason: Reason;
  value?: number;
}
