import {
  seededRandom,
  uniform,
  type Random,
} from '../../plugins/model-ci-backend/src/statistics/random';

export {
  below,
  uniform,
} from '../../plugins/model-ci-backend/src/statistics/random';
export type { Random };

/** Of everything that is drawn here; the tables were made with it. */
const SEED = 20261127;

/** Random numbers of one trial. */
export function trialRandom(trial: number): Random {
  return seededRandom(SEED, trial);
}

/** Box and Muller's transform. */
export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(random)));
  return radius * Math.cos(2 * Math.PI * uniform(random));
}

/** Student's t with 3 degrees of freedom: mean 0, variance 3. */
export function heavyTailed(random: Random): number {
  const squares = [0, 0, 0].map(() => normal(random) ** 2);
  return normal(random) / Math.sqrt(squares.reduce((a, b) => a + b) / 3);
}

export function bernoulli(random: Random, rate: number): 0 | 1 {
  return uniform(random) < rate ? 1 : 0;
}

export function draw(n: number, one: (i: number) => number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => one(i));
}

/** How many of `n` succeed. */
export function binomial(random: Random, n: number, rate: number): number {
  let successes = 0;
  for (let i = 0; i < n; i += 1) {
    successes += bernoulli(random, rate);
  }
  return successes;
}

/** By Marsaglia and Tsang (2000). */
function gamma(random: Random, shape: number): number {
  if (shape < 1) {
    return gamma(random, shape + 1) * (1 - uniform(random)) ** (1 / shape);
  }
  const d = shape - 1 / 3;
  for (;;) {
    const x = normal(random);
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (
      v > 0 &&
      Math.log(1 - uniform(random)) < x ** 2 / 2 + d * (1 - v + Math.log(v))
    ) {
      return d * v;
    }
  }
}

export function beta(random: Random, a: number, b: number): number {
  const x = gamma(random, a);
  return x / (x + gamma(random, b));
}
