import type {
  DifferenceVerdict,
  ExampleComparison,
  ExampleFlip,
  ExampleSort,
  ComparedExample,
  LedgerEntry,
} from '@model-ci/backstage-plugin-model-ci-common';

/** One side of a comparison: a set, with what says which data it is. */
export interface Side {
  digest: string;
  datasetDigest?: string;
  taskHash?: string;
}

/** Two example sets and how they are compared; what is equal in all of it has the same result for ever. */
export interface Subject {
  baseline: Side;
  candidate: Side;
  /** One that both have; chosen if absent. */
  metric?: string;
  /** By the name of a metric, as reports and definitions said; `undefined` where they did not. */
  directions: Record<string, boolean>;
  /** Compares what both have in common, although it is not the same data. */
  common: boolean;
}

export interface Filter {
  slice?: { name: string; value: string };
  flips?: ExampleFlip;
  text?: string;
}

export interface PageRequest {
  subject: Subject;
  filter: Filter;
  sort: ExampleSort;
  /** How many of the matching examples come before the page. */
  after: number;
  limit: number;
}

export interface ExamplePage {
  metrics: string[];
  metric?: string;
  higherIsBetter?: boolean;
  mismatches: ExampleComparison['mismatches'];
  common: number;
  verdict?: DifferenceVerdict;
  counts?: ExampleComparison['counts'];
  slices: ExampleComparison['slices'];
  total: number;
  items: ComparedExample[];
}

/** Whether one version is better at a metric than another, on the same examples. */
export interface DifferenceRequest {
  baseline: Side;
  candidate: Side;
  metric: string;
  better: 'higher' | 'lower';
}

/** One example in the sets of several versions. */
export interface LedgerRequest {
  id: string;
  /** Chosen from the first set if absent. */
  metric?: string;
  /** In the order of the versions; `undefined` where one has no such set. */
  digests: Array<string | undefined>;
}

export interface LedgerAnswers {
  metric?: string;
  /** Of the example, from the newest set that has one. */
  text?: string;
  /** In the order of the digests. */
  answers: AnsweredExample[];
}

export type AnsweredExample = Pick<
  LedgerEntry,
  'prediction' | 'target' | 'score' | 'group' | 'slices' | 'found' | 'right'
>;

export type PairedDifference =
  | { type: 'compared'; verdict: DifferenceVerdict }
  /** They are not the same examples. */
  | { type: 'refused'; mismatches: ExampleComparison['mismatches'] }
  /** The examples do not give the metric. */
  | { type: 'none'; why: string };

/** Where comparisons are made. Those that have not begun when the signal aborts reject. */
export interface Comparer {
  page(request: PageRequest, signal?: AbortSignal): Promise<ExamplePage>;
  difference(
    request: DifferenceRequest,
    signal?: AbortSignal,
  ): Promise<PairedDifference>;
  ledger(request: LedgerRequest, signal?: AbortSignal): Promise<LedgerAnswers>;
}
