import type { Groups } from '../groups';
import type { Metric } from '../metrics/metric';

/** What is drawn again. */
export interface Sample {
  metric: Metric;
  examples: number;
  groups?: Groups;
  /** How large the numbers are that the metric is computed from, where a result may be the small difference of two. */
  scale?: number;
}
