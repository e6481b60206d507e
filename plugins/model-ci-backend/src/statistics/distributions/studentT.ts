import { betaCdf, betaQuantile } from './beta';

/** P(T ≤ t) with `df` degrees of freedom. */
export function studentTCdf(t: number, df: number): number {
  const square = t * t;
  // Of the two forms, take the one that does not round the small tail away
  const tail =
    square < df
      ? (1 - betaCdf(square / (df + square), 0.5, df / 2)) / 2
      : betaCdf(df / (df + square), df / 2, 0.5) / 2;
  return t > 0 ? 1 - tail : tail;
}

/** The t with P(T ≤ t) = p. */
export function studentTQuantile(p: number, df: number): number {
  if (p === 0.5) {
    return 0;
  }
  const tails = 2 * Math.min(p, 1 - p);
  const { x, complement } = betaQuantile(tails, df / 2, 0.5);
  const size = Math.sqrt((df * complement) / x);
  return p < 0.5 ? -size : size;
}
