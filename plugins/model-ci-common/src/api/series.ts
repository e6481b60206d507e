/** One metric over the steps of one attempt, from one file. */
export interface TrainingCurve {
  stage: string;
  /** Key among the executions of a stage; absent where there is one. */
  instance?: string;
  /** Number of the attempt. */
  attempt: number;
  /** Of the file in the workspace. */
  path: string;
  metric: string;
  /** Whether the attempt may still add to it. */
  running: boolean;
  /** Values, gaps included. */
  count: number;
  /** Values that were NaN or infinite. */
  gaps: number;
  last: {
    step: number;
    /** Absent for a gap. */
    value?: number;
  };
  /** Only where they were asked for. */
  points?: CurvePoints;
}

/**
 * The points that shape a curve, in columns of equal length and in the order of writing. Of very many values those are
 * kept that are extreme among their neighbours; the first and the last one always are.
 */
export interface CurvePoints {
  /** How many values of the curve came before it. */
  index: number[];
  step: number[];
  /** Null is a gap: NaN or an infinite number was written. */
  value: Array<number | null>;
  /** Of the neighbours that the point stands for; null where it stands for itself. */
  mean?: Array<number | null>;
  epoch?: Array<number | null>;
  /** Seconds, since 1970 or since the start, as they were written. */
  time?: Array<number | null>;
}

/** The training curves of a run, as far as they were written. */
export interface RunSeries {
  /** Of the last attempts of the stages, in the order of stages, files and metrics. */
  curves: TrainingCurve[];
  /** Whether there are more, which are not answered. */
  more: boolean;
}
