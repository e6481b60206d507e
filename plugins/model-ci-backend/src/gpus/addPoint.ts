import type { StoredUsage } from '../database/operations/gpus/usageSchema';

/** More are not seen in a small chart. Each device of each attempt keeps at most so many, however long it runs. */
const MAX_POINTS = 240;

type Points = StoredUsage['points'];
type Curves = Pick<StoredUsage, 'points' | 'pointSeconds'>;

export interface Values {
  utilization: number | null;
  memoryBytes: number | null;
  watts: number | null;
}

/**
 * Adds values to the last point, or begins another one where that has had its time. When there are too many, each two
 * become one that stands for twice the time.
 */
export function addPoint(
  { points, pointSeconds }: Curves,
  seconds: number,
  values: Values,
): Curves {
  const at = points.seconds.length - 1;
  if (at >= 0 && seconds - points.seconds[at] < pointSeconds) {
    return { pointSeconds, points: mergeLast(points, values) };
  }
  const added: Points = {
    seconds: [...points.seconds, Math.round(seconds)],
    counts: [...points.counts, 1],
    utilization: [...points.utilization, values.utilization],
    memoryBytes: [...points.memoryBytes, values.memoryBytes],
    watts: [...points.watts, values.watts],
  };
  return added.seconds.length > MAX_POINTS
    ? { pointSeconds: pointSeconds * 2, points: halve(added) }
    : { pointSeconds, points: added };
}

function mergeLast(points: Points, values: Values): Points {
  const last = points.counts.length - 1;
  const count = points.counts[last];
  const replace = <T>(column: T[], value: T) => [...column.slice(0, -1), value];
  return {
    seconds: points.seconds,
    counts: replace(points.counts, count + 1),
    utilization: replace(
      points.utilization,
      mean(points.utilization[last], count, values.utilization, 1),
    ),
    memoryBytes: replace(
      points.memoryBytes,
      highest(points.memoryBytes[last], values.memoryBytes),
    ),
    watts: replace(
      points.watts,
      mean(points.watts[last], count, values.watts, 1),
    ),
  };
}

function halve(points: Points): Points {
  const firsts = points.seconds.map((_, at) => at).filter(at => at % 2 === 0);
  const counts = (at: number) => points.counts[at] ?? 0;
  const pair = (
    column: Array<number | null>,
    join: (at: number) => number | null,
  ) => firsts.map(at => (at + 1 < column.length ? join(at) : column[at]));
  const means = (column: Array<number | null>) =>
    pair(column, at =>
      mean(column[at], counts(at), column[at + 1], counts(at + 1)),
    );
  return {
    seconds: firsts.map(at => points.seconds[at]),
    counts: firsts.map(at => counts(at) + counts(at + 1)),
    utilization: means(points.utilization),
    memoryBytes: pair(points.memoryBytes, at =>
      highest(points.memoryBytes[at], points.memoryBytes[at + 1]),
    ),
    watts: means(points.watts),
  };
}

/** Three decimals are more than a chart shows. */
function mean(
  a: number | null,
  aCount: number,
  b: number | null,
  bCount: number,
): number | null {
  if (a === null || b === null) {
    return a ?? b;
  }
  const value = (a * aCount + b * bCount) / (aCount + bCount);
  return Math.round(value * 1000) / 1000;
}

/** Memory is about its peak. */
function highest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? a ?? b : Math.max(a, b);
}
