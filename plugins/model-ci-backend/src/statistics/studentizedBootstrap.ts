import type { Resampling } from './bootstrap/resampling';
import { below, seededRandom } from './random';
import type { Units } from './skewness';

/** Spread below this part of the values is what subtracting two doubles leaves behind. */
export const ROUNDING = 1e-12;

/**
 * The t statistics of samples drawn with replacement from the units, sorted (Efron and Tibshirani 1993, chapter
 * 12). Unlike Student's distribution they are skewed where the data is: an interval from them misses about
 * equally often on both sides.
 */
export function studentizedBootstrap(
  units: Units,
  { seed, resamples }: Resampling,
): Float64Array {
  const statistics = new Float64Array(resamples);
  const random = seededRandom(seed);
  const drawn = new Int32Array(units.totals.length);
  for (let b = 0; b < resamples; b += 1) {
    statistics[b] = drawStatistic(units, drawn, () =>
      below(random, units.totals.length),
    );
  }
  return statistics.sort();
}

function drawStatistic(
  { totals, sizes }: Units,
  drawn: Int32Array,
  draw: () => number,
): number {
  const count = drawn.length;
  let total = 0;
  let examples = 0;
  for (let k = 0; k < count; k += 1) {
    drawn[k] = draw();
    total += totals[drawn[k]];
    examples += sizes[drawn[k]];
  }
  const shift = total / examples;
  let squares = 0;
  for (let k = 0; k < count; k += 1) {
    squares += (totals[drawn[k]] - shift * sizes[drawn[k]]) ** 2;
  }
  const error = Math.sqrt((count / (count - 1)) * squares) / examples;
  // A sample of equal units has no spread but what rounding leaves: its statistic lies beyond all others
  return error > ROUNDING * Math.abs(shift)
    ? shift / error
    : Math.sign(shift) * Infinity;
}
