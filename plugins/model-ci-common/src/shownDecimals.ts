/** What `toFixed` takes. */
const MAX_DECIMALS = 100;
/** Of the width of an interval, and of a number that stands alone. */
const DIGITS = { spread: 3, alone: 4 };

/**
 * How many decimals numbers that belong together, such as the limits of an interval, need so that a reader can tell them
 * apart, and sees on which side of each edge every one of them lies.
 */
export function shownDecimals(
  numbers: ReadonlyArray<number | undefined>,
  edges: readonly number[] = [],
): number {
  const finite = numbers.filter(
    (value): value is number => value !== undefined && Number.isFinite(value),
  );
  const spread = Math.max(...finite) - Math.min(...finite);
  const size = spread > 0 ? spread : Math.max(...finite.map(Math.abs));
  const digits = spread > 0 ? DIGITS.spread : DIGITS.alone;
  const wanted = size > 0 ? digits - 1 - Math.floor(Math.log10(size)) : 0;
  let decimals = Math.min(Math.max(wanted, 0), MAX_DECIMALS);
  while (decimals < MAX_DECIMALS && !areShown(finite, edges, decimals)) {
    decimals += 1;
  }
  return decimals;
}

function areShown(
  values: number[],
  edges: readonly number[],
  decimals: number,
): boolean {
  return values.every(value =>
    edges.every(edge => isShown(value, edge, decimals)),
  );
}

function isShown(value: number, edge: number, decimals: number): boolean {
  const shown = Number(value.toFixed(decimals));
  return Math.sign(shown - edge) === Math.sign(value - edge);
}
