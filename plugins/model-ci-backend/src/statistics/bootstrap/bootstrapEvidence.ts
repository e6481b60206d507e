import type {
  BootstrapEvidence,
  ConstantEvidence,
  Undefined,
} from '../evidence';
import { seededRandom } from '../random';
import { ROUNDING } from '../studentizedBootstrap';
import { bcaAcceleration, bcaBias } from './bca';
import { drawCounts, weighExamples } from './draw';
import { leaveOut } from './leaveOut';
import { MIN_UNITS, type Resampling } from './resampling';
import type { Sample } from './sample';

/** More resamples than this without a value mean that the data hardly defines the metric. */
const MAX_UNDEFINED_SHARE = 0.01;

type Found = BootstrapEvidence | ConstantEvidence | Undefined;

/**
 * What is known of a metric that is no mean: the sample is drawn again with replacement, both models together and
 * groups as a whole, and the metric computed each time.
 */
export function bootstrapEvidence(
  sample: Sample,
  { seed, resamples }: Resampling,
): Found {
  const refused = tooFew(sample);
  if (refused) {
    return refused;
  }
  const results = new Float64Array(resamples);
  resample(sample, seed, results, { from: 0, to: resamples });
  return evidenceOfResults(sample, results);
}

/** The same from the results of `resample`, whether or not the sample is large enough for a verdict. */
export function evidenceOfResults(
  sample: Sample,
  results: Float64Array,
): Found {
  const { metric, examples, groups } = sample;
  const estimate = metric(new Float64Array(examples).fill(1));
  const resampled = results.filter(Number.isFinite).sort();
  const missing = 1 - resampled.length / results.length;
  if (!Number.isFinite(estimate) || missing > MAX_UNDEFINED_SHARE) {
    return { method: 'undefined', reason: 'metric-undefined' };
  }
  const size = { examples, ...(groups && { groups: groups.count }) };
  if (isConstant(resampled, sample.scale)) {
    return { method: 'constant', estimate, ...size };
  }
  return {
    method: 'bca',
    estimate,
    resampled,
    bias: bcaBias(resampled, estimate),
    acceleration: bcaAcceleration(leaveOut(sample).filter(Number.isFinite)),
    ...size,
  };
}

function tooFew({ examples, groups }: Sample): Undefined | undefined {
  if (examples < 2) {
    const reason = examples === 0 ? 'no-examples' : 'one-example';
    return { method: 'undefined', reason };
  }
  if (groups?.count === 1) {
    return { method: 'undefined', reason: 'one-group' };
  }
  const units = groups?.count ?? examples;
  return units < MIN_UNITS
    ? { method: 'undefined', reason: 'too-few-units', units, needed: MIN_UNITS }
    : undefined;
}

/** Whether sorted results differ by no more than their rounding. */
function isConstant(resampled: Float64Array, scale = 0): boolean {
  const [lowest] = resampled;
  const highest = resampled[resampled.length - 1];
  const size = Math.max(scale, Math.abs(lowest), Math.abs(highest));
  return highest - lowest <= ROUNDING * size;
}

/**
 * Fills the results `from` to `to`. Each has random numbers of its own, so the work can be split over time and threads
 * without changing the outcome.
 */
export function resample(
  { metric, examples, groups }: Sample,
  seed: number,
  results: Float64Array,
  { from, to }: { from: number; to: number },
): void {
  const counts = new Float64Array(groups?.count ?? examples);
  const weights = groups ? new Float64Array(examples) : counts;
  for (let b = from; b < to; b += 1) {
    drawCounts(counts, seededRandom(seed, b));
    if (groups) {
      weighExamples(weights, counts, groups);
    }
    results[b] = metric(weights);
  }
}
