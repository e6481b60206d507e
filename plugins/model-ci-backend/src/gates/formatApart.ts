/** Six digits, unless they would make a value look equal to a limit that it is not equal to. */
export function formatApart(value: number, limits: number[]): string[] {
  const numbers = [value, ...limits];
  const short = numbers.map(number => String(Number(number.toPrecision(6))));
  const misleading = limits.some(
    (limit, index) => limit !== value && short[index + 1] === short[0],
  );
  return misleading ? numbers.map(String) : short;
}
