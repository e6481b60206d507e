import betainc from '@stdlib/math-base-special-betainc';
import kernelBetaincinv from '@stdlib/math-base-special-kernel-betaincinv';

/** P(X ≤ x) of the beta distribution: the regularized incomplete beta function. */
export function betaCdf(x: number, a: number, b: number): number {
  return betainc(x, a, b);
}

/**
 * The x with P(X ≤ x) = p, and 1 − x beside it, which keeps its digits where x is close to 1.
 */
export function betaQuantile(
  p: number,
  a: number,
  b: number,
): { x: number; complement: number } {
  const [x, complement] = kernelBetaincinv(a, b, p, 1 - p);
  return { x, complement };
}
