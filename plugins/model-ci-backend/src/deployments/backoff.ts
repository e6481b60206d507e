/** Pause before the next start after `crashes` crashes in a row: doubling, up to a limit. */
export function restartDelay(
  crashes: number,
  options: { backoffStart: number; backoffLimit: number },
): number {
  return Math.min(
    options.backoffStart * 2 ** (crashes - 1),
    options.backoffLimit,
  );
}
