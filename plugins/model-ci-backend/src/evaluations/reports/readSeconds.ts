/** More than any test takes; sums of as many as a report may hold stay numbers. */
const MAX_SECONDS = 1e10;

/**
 * Seconds as runners write them, in whatever language: `1,234.5` and `1.234,5` with separators of thousands, `0,16` with
 * a decimal comma. One comma alone is taken for that, since a time has decimals but seldom thousands. Undefined for
 * what is no time, such as `NaN`.
 */
export function readSeconds(text: string | undefined): number | undefined {
  const plain = text?.trim().replace(/[\s'\u2019]/g, '') ?? '';
  if (plain === '') {
    return undefined;
  }
  const value = Number(withPoint(plain));
  return value >= 0 && value <= MAX_SECONDS ? value : undefined;
}

/** The number with a point before its decimals and no other separators. */
function withPoint(text: string): string {
  const [commas, points] = [',', '.'].map(mark => text.split(mark).length - 1);
  const isComma =
    points === 0 ? commas === 1 : text.lastIndexOf(',') > text.lastIndexOf('.');
  const [thousands, decimal] = isComma ? ['.', ','] : [',', '.'];
  return text.replaceAll(thousands, '').replace(decimal, '.');
}
