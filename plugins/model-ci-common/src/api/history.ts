import type { GateDetail, GateResult, Verdict } from './gates';
import type { MeasuredEvaluation } from './types';

/** Which values make one line of a chart: all that must be equal for them to be one metric over time. */
export interface MetricLine {
  metric: string;
  /** Absent when the reports name none. */
  dataset?: string;
  /** Absent for the runs' own evaluations. */
  environment?: string;
  /** Key among the executions of a stage; absent where there is one. */
  instance?: string;
  /** Absent for the whole data set. */
  slice?: string;
}

/** What one gate demanded of a value, and what it said. */
export type PointVerdict = Pick<
  GateResult,
  'demand' | 'verdict' | 'estimate' | 'interval' | 'alone'
>;

/** What all gates on a value demanded of it together, and what each said. */
export interface PointGate {
  /** The tightest limits. */
  min?: number;
  max?: number;
  /** The gravest of `verdicts`. */
  verdict: Verdict;
  /** What the value was compared with. */
  baseline?: GateDetail['baseline'];
  /** The gravest first, then as the definition has them. */
  verdicts: PointVerdict[];
}

/** One value of a line. */
export interface HistoryPoint extends MeasuredEvaluation {
  branch?: string;
  /** 95 % interval of the value, from its standard error or as its gate had it. */
  interval?: { lower: number; upper: number };
  /** What the gates of its run demanded and said; absent where none judges it. */
  gate?: PointGate;
}

export interface MetricLineHistory {
  line: MetricLine;
  unit?: string;
  higherIsBetter?: boolean;
  /** Oldest first. */
  points: HistoryPoint[];
  /** How many values the line has in the time asked for, of which `points` are those that shape it. */
  total: number;
  /** Whether there are older values, which were not read. */
  older: boolean;
  /** Data sets that were measured on, the newest first. */
  digests: Array<{ digest?: string; points: number }>;
  /** When versions began to serve, oldest first. */
  deployments: Array<{ at: string; version: number; environment: string }>;
}
