import { bootstrapEvidence } from './bootstrap/bootstrapEvidence';
import type { Resampling } from './bootstrap/resampling';
import type { Evidence, Undefined } from './evidence';
import type { Groups } from './groups';
import { difference, type Metric } from './metrics/metric';

/** A metric that is no mean, of two versions on the same examples. */
export interface PairedMetrics {
  baseline: Metric;
  candidate: Metric;
  better: 'higher' | 'lower';
  examples: number;
  groups?: Groups;
}

/** What is known of the difference of the two; above 0 the candidate is better. */
export function compareMetrics(
  { baseline, candidate, better, ...sample }: PairedMetrics,
  resampling: Resampling,
): Evidence | Undefined {
  const metric =
    better === 'higher'
      ? difference(candidate, baseline)
      : difference(baseline, candidate);
  const once = new Float64Array(sample.examples).fill(1);
  const sizes = [baseline(once), candidate(once)].map(Math.abs);
  const scale = Math.max(...sizes.filter(Number.isFinite), 0);
  return bootstrapEvidence({ metric, scale, ...sample }, resampling);
}
