import expectedValues from './expected.json';

/** What scipy, statsmodels and scikit-learn answer; made by `expected.py` beside it. */
export const expected = expectedValues;

/** Not a tolerance to be tuned: the promise of docs/statistics.md. */
const RELATIVE = 1e-9;

/** Matches a number that equals another to 1e-9 of it, or of 1e-3 for numbers near 0. */
export function same(wanted: number) {
  const allowed = RELATIVE * Math.max(1e-3, Math.abs(wanted));
  return {
    asymmetricMatch: (actual: unknown) =>
      typeof actual === 'number' &&
      (actual === wanted || Math.abs(actual - wanted) <= allowed),
    toString: () => `same as ${wanted}`,
    toAsymmetricMatcher: () => `same as ${wanted}`,
  };
}
