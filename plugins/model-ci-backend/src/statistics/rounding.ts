/** Of numbers that are equal but for the precision of their computation: sums of many 32-bit numbers reach it. */
const RELATIVE_ERROR = 1e-5;

/** Whether a reported number is a computed one, rounded to the digits that were reported. */
export function isRounded(reported: number, computed: number): boolean {
  return Math.abs(reported - computed) <= errorOf(reported, computed);
}

/** Whether the difference of two reported numbers is a computed one, up to the digits that both were reported with. */
export function isRoundedDifference(
  baseline: number,
  candidate: number,
  computed: number,
): boolean {
  return (
    Math.abs(candidate - baseline - computed) <=
    errorOf(baseline, computed) + errorOf(candidate, computed)
  );
}

function errorOf(reported: number, computed: number): number {
  const largest = Math.max(Math.abs(reported), Math.abs(computed));
  return 0.5 * 10 ** -decimalsOf(reported) + RELATIVE_ERROR * largest;
}

/** JSON does not tell 0.9 from 0.90: two decimals are taken for meant up to 1, and one above. */
function decimalsOf(value: number): number {
  const [mantissa, exponent = '0'] = String(value).split('e');
  const written = (mantissa.split('.')[1] ?? '').length - Number(exponent);
  return Math.max(written, Math.abs(value) <= 1 ? 2 : 1);
}
