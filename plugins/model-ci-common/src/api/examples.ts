import type { PointGate } from './history';

/** What tells the example sets of a run apart. */
export interface ExampleSetKey {
  stage: string;
  /** Key among the executions of the stage; absent where there is one. */
  instance?: string;
  /** Absent for the run itself. */
  environment?: string;
  /** Absent when the report names none. */
  dataset?: string;
  /** Of an evaluation harness; absent for predictions. */
  task?: string;
}

/** One example as one version answered it. */
export interface ExampleAnswer {
  /** A number, or a label or text; absent where the report has none. */
  prediction?: number | string;
  target?: number | string;
  /** Of the metric by which the versions are compared; absent where it was not measured. */
  score?: number;
  group?: string;
  slices: Record<string, string>;
}

export interface ComparedExample {
  id: string;
  /** What the report said of the example; absent where it said nothing. */
  text?: string;
  /**
   * How much better the second version is at it, negative if worse; how much higher its score is where nobody knows which
   * direction is better. Absent where one of the two was not measured.
   */
  change?: number;
  baseline: ExampleAnswer;
  candidate: ExampleAnswer;
}

/** Why the examples of two versions are not the same; `ids` are some of them. */
export type ExampleMismatch =
  | {
      reason:
        | 'duplicate-ids'
        | 'missing-ids'
        | 'extra-ids'
        | 'other-groups'
        | 'other-targets'
        | 'other-slices';
      ids: string[];
      count: number;
    }
  | {
      reason: 'other-data' | 'other-task';
      baseline?: string;
      candidate?: string;
    };

/** How sure the difference of two versions is; above 0 the second one is better, or higher if `different`. */
export type DifferenceVerdict =
  | {
      /** `different`: which direction is better is not known. */
      verdict: 'better' | 'worse' | 'different' | 'inconclusive';
      difference: number;
      /** With 95 %; a side that is absent is open. */
      interval: { lower?: number; upper?: number };
      /** `student-t`, `constant`, `tango` or `bca`. */
      method: string;
      examples: number;
      groups?: number;
      /** Why the interval deserves a second look: `few-units`, `skewed`, `no-spread`. */
      cautions: string[];
    }
  /** `not-measured`, `no-examples`, `one-example`, `one-group`, `too-few-units` or `metric-undefined`. */
  | { verdict: 'none'; why: string };

export type ExampleSort = 'regression' | 'improvement' | 'id';

/**
 * `lost`: right before and wrong now; `gained`: the other way round. Where it is not known which direction is better,
 * `worse` and `better` are lower and higher, and none is lost or gained.
 */
export type ExampleFlip = 'lost' | 'gained' | 'worse' | 'better' | 'changed';

/** How many examples went which way. */
export type ExampleCounts = { equal: number; unmeasured: number } & (
  | { better: number; worse: number; gained: number; lost: number }
  /** Which direction is better is not known. */
  | { higher: number; lower: number }
);

/** Two versions, example by example. */
export interface ExampleComparison {
  /** Baseline and candidate. */
  versions: [number, number];
  /** Sets that both versions have. */
  sets: ExampleSetKey[];
  /** The one that is compared; absent, with all that follows, where there is none. */
  set?: ExampleSetKey;
  /** Scores by which they can be compared. */
  metrics: string[];
  metric?: string;
  /** Absent where nobody said: then examples change, and become neither better nor worse. */
  higherIsBetter?: boolean;
  /** What keeps the two from being the same examples; empty if they are. */
  mismatches: ExampleMismatch[];
  /** Examples that both have. */
  common: number;
  /** Of the examples that both have; absent unless they are the same, or the caller chose to see those. */
  verdict?: DifferenceVerdict;
  counts?: ExampleCounts;
  /** What can be filtered by. */
  slices: Array<{ name: string; values: string[] }>;
  /** How many examples match the filter. */
  total: number;
  items: ComparedExample[];
  nextCursor?: string;
}

/** Examples on which a gate's verdict rests, as its baseline and the run answered them. */
export interface GateExamples {
  /** Of the newest approval of the stage, which a decision on these examples names; absent where nobody was asked. */
  evidence?: string;
  baseline: { name: string; version?: number };
  /** The score that is compared: of the gate's metric, or the one that the examples have where that is no mean. */
  metric?: string;
  higherIsBetter?: boolean;
  /** How many examples match. */
  total: number;
  /** The largest regression first. */
  items: ComparedExample[];
  nextCursor?: string;
}

/** One example as one version answered it. */
export interface LedgerEntry extends Partial<ExampleAnswer> {
  version: number;
  runId: string;
  runNumber: number;
  commit?: string;
  at: string;
  /** Whether the version's set has the example. */
  found: boolean;
  /** Absent where that cannot be said. */
  right?: boolean;
}

/** One example over all versions. */
export interface ExampleLedger {
  id: string;
  /** What the newest report that has one said of the example. */
  text?: string;
  metric?: string;
  higherIsBetter?: boolean;
  /** Oldest first. */
  entries: LedgerEntry[];
  /** The version since which it has been wrong, if the newest one has it wrong. */
  wrongSince?: number;
  /** How often it went from right to wrong or back. */
  flips: number;
}

/** How a metric of the second version stands to that of the first one. */
export type MetricDifference = {
  metric: string;
  dataset?: string;
  unit?: string;
  /** Absent where nobody said: then `verdict` is only whether they differ. */
  higherIsBetter?: boolean;
  baseline: number;
  candidate: number;
} & (
  | {
      /** `different`: which direction is better is not known. */
      verdict: 'better' | 'worse' | 'different' | 'inconclusive';
      /** Of candidate − baseline, with 95 %; a side that is absent is open. */
      interval: { lower?: number; upper?: number };
      /** `paired`: on the same examples; `unpaired`: from the standard errors of both. */
      basis: 'paired' | 'unpaired';
      /** `student-t`, `constant`, `tango`, `bca`, or `reported`. */
      method: string;
      examples?: number;
      groups?: number;
      cautions: string[];
    }
  /** No interval: `other-data`, `no-spread-reported`, or why the examples give none. */
  | { verdict: 'none'; why: string }
);

/** How a metric of one of several versions stands to that of the first of them. */
export type VersionDifference = MetricDifference & { version: number };

/** A metric over the newest versions, and how the newest one stands to the version that it is compared with. */
export interface MetricTrend {
  metric: string;
  dataset?: string;
  unit?: string;
  higherIsBetter?: boolean;
  /** Oldest first. */
  values: Array<{ version: number; value: number }>;
  /** What the gates demanded of the newest version, and said of it; absent where none judges it. */
  gate?: PointGate;
  /** How the newest version stands to the one that it is compared with. */
  difference?: MetricDifference;
}

/** What serves, in `production` if there is an environment of that name; where nothing serves, the champion. */
export type TrendReference =
  | { type: 'environment'; environment: string; version: number }
  | { type: 'champion'; version: number };

/** The main metrics of a pipeline: those that gates judge, then those that are reported first. */
export interface MetricTrends {
  /** Absent where there is no version. */
  version?: number;
  /** What the newest version is compared with; absent where nothing serves and there is no champion. */
  reference?: TrendReference;
  /** Where the pipeline's aliases point. */
  aliases: Array<{ alias: string; version: number }>;
  metrics: MetricTrend[];
}
