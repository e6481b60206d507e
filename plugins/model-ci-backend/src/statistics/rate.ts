import { betaQuantile } from './distributions/beta';
import { normalQuantile } from './distributions/normal';

/**
 * One-sided limits of a rate that are missed with at most the probability `level`, whatever the rate (Clopper
 * and Pearson 1934). What gates use. Both counts may be fractions, as effective sample sizes are.
 */
export function clopperPearsonBounds(
  successes: number,
  examples: number,
  level: number,
): { lower: number; upper: number } {
  const failures = examples - successes;
  return {
    lower: successes <= 0 ? 0 : betaQuantile(level, successes, failures + 1).x,
    upper:
      failures <= 0
        ? 1
        : betaQuantile(level, failures, successes + 1).complement,
  };
}

/** Limits that are missed with the probability `level` on average over rates (Wilson 1927). What charts show. */
export function wilsonBounds(
  successes: number,
  examples: number,
  level: number,
): { lower: number; upper: number } {
  const z = normalQuantile(1 - level);
  const rate = successes / examples;
  const centre = rate + (z * z) / (2 * examples);
  const half =
    z * Math.sqrt((rate * (1 - rate) + (z * z) / (4 * examples)) / examples);
  const scale = 1 + (z * z) / examples;
  return {
    lower: successes === 0 ? 0 : (centre - half) / scale,
    upper: successes === examples ? 1 : (centre + half) / scale,
  };
}
