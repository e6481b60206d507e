import { sortedQuantile } from './bootstrap/resampling';
import { sumOf } from './sums';

/** How far the outputs of one model lie apart in two environments. */
export interface Parity {
  /** Outputs that are numbers on both sides; the figures are about these. */
  compared: number;
  /** No number on one side alone: a difference that no d can express, so that a gate on parity fails. */
  unmatched: number;
  /** d = Σ (y_A − y_B)². */
  d: number;
  /** d / n. */
  mean: number;
  /** Largest |y_A − y_B|. */
  max: number;
  /** |y_A − y_B| that 99 % of the outputs stay below. */
  p99: number;
}

/** Compares numbers at the same places. Equal infinities, and NaN on both sides, are no difference. */
export function numberParity(a: Float64Array, b: Float64Array): Parity {
  const distances = a.map((y, i) => distance(y, b[i]));
  const finite = distances.filter(Number.isFinite).sort();
  const compared = finite.length;
  const d = sumOf(compared, i => finite[i] * finite[i]);
  return {
    compared,
    unmatched: distances.length - compared,
    d,
    mean: d / compared,
    max: compared === 0 ? NaN : finite[compared - 1],
    p99: compared === 0 ? NaN : sortedQuantile(finite, 0.99),
  };
}

function distance(a: number, b: number): number {
  return Object.is(a, b) || a === b ? 0 : Math.abs(a - b);
}

/** How many labels differ at the same places, and which share of all that is. */
export function labelParity(
  a: readonly string[],
  b: readonly string[],
): { compared: number; changed: number; share: number } {
  const changed = a.filter((label, i) => label !== b[i]).length;
  return { compared: a.length, changed, share: changed / a.length };
}

/**
 * The noise floor: the largest difference between repetitions in the same environment, figure by figure. What lies within
 * it is no difference of environments. Undefined for fewer than two repetitions.
 */
export function noiseFloor(
  repeats: readonly Float64Array[],
): Parity | undefined {
  const pairs = repeats.flatMap((a, i) =>
    repeats.slice(i + 1).map(b => numberParity(a, b)),
  );
  const [first, ...others] = pairs;
  return first && others.reduce(larger, first);
}

function larger(a: Parity, b: Parity): Parity {
  return {
    compared: Math.min(a.compared, b.compared),
    unmatched: Math.max(a.unmatched, b.unmatched),
    d: Math.max(a.d, b.d),
    mean: Math.max(a.mean, b.mean),
    max: Math.max(a.max, b.max),
    p99: Math.max(a.p99, b.p99),
  };
}

/** The same for labels: the largest share that changes between repetitions. */
export function labelNoiseFloor(
  repeats: ReadonlyArray<readonly string[]>,
): number | undefined {
  const shares = repeats.flatMap((a, i) =>
    repeats.slice(i + 1).map(b => labelParity(a, b).share),
  );
  return shares.length === 0 ? undefined : Math.max(...shares);
}
