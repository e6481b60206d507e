import type { Groups } from '../groups';
import type { Metric } from '../metrics/metric';

/** What is drawn again. */
export interface Sample {
  metric: Metric;
  examples: number;
  groups?: Groups;
}
