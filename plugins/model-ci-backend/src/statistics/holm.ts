/**
 * Holm's step-down procedure (1979) without p-values: `rejects(index, level)` says whether a hypothesis falls at a
 * one-sided level, and must not say no at a higher level after yes at a lower one. Answers who fell, and the level at which
 * the others were left standing.
 *
 * The probability of rejecting any true hypothesis is at most `level`, however the comparisons depend on each other.
 */
export function holm(
  count: number,
  level: number,
  rejects: (index: number, level: number) => boolean,
): { rejected: Set<number>; levelLeft: number } {
  const rejected = new Set<number>();
  for (;;) {
    const left = count - rejected.size;
    if (left === 0) {
      return { rejected, levelLeft: level / count };
    }
    const fallen = indices(count).filter(
      i => !rejected.has(i) && rejects(i, level / left),
    );
    if (fallen.length === 0) {
      return { rejected, levelLeft: level / left };
    }
    fallen.forEach(i => rejected.add(i));
  }
}

function indices(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
