/**
 * Of many points those that shape a line: of each piece of it the lowest and the highest, so that no outlier is lost,
 * and the first after each change of the data that was measured on. The first and the last point stay.
 */
export function thinPoints<T extends { value: number; datasetDigest?: string }>(
  points: readonly T[],
  limit: number,
): T[] {
  if (points.length <= limit) return [...points];
  const pieces = Math.max(1, Math.floor((limit - 2) / 2));
  const kept = new Set<number>([0, points.length - 1]);
  for (let piece = 0; piece < pieces; piece += 1) {
    const start = Math.floor((piece * points.length) / pieces);
    const end = Math.floor(((piece + 1) * points.length) / pieces);
    for (const index of extremes(points, start, end)) kept.add(index);
  }
  for (const index of changes(points)) {
    // Data that changes with each run has no changes to show.
    if (kept.size >= limit * 2) break;
    kept.add(index);
  }
  return [...kept].sort((a, b) => a - b).map(index => points[index]);
}

function extremes(
  points: readonly { value: number }[],
  start: number,
  end: number,
): [number, number] {
  let low = start;
  let high = start;
  for (let i = start + 1; i < end; i += 1) {
    if (points[i].value < points[low].value) low = i;
    if (points[i].value > points[high].value) high = i;
  }
  return [low, high];
}

function* changes(points: readonly { datasetDigest?: string }[]) {
  for (let i = 1; i < points.length; i += 1) {
    if (points[i].datasetDigest !== points[i - 1].datasetDigest) yield i;
  }
}
