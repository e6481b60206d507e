import {
  stageKey,
  type CurvePoints,
  type TrainingCurve,
} from '@model-ci/backstage-plugin-model-ci-common';

export const AXES = ['step', 'epoch', 'time'] as const;
/** What curves are drawn over. Time is in seconds since the first value of each curve. */
export type CurveAxis = (typeof AXES)[number];

/** A curve of one of the runs that are shown. */
export interface RunCurve extends TrainingCurve {
  runId: string;
}

/** Where a curve comes from: the same in every chart, so that it has one colour. */
export interface Origin {
  key: string;
  runId: string;
  /** Key of the stage or instance. */
  stage: string;
  path: string;
}

export function originOf(curve: RunCurve): Origin {
  const stage = stageKey(curve.stage, curve.instance);
  const { runId, path } = curve;
  return { key: JSON.stringify([runId, stage, path]), runId, stage, path };
}

/** Each origin once, in the order of the curves. */
export function listOrigins(curves: RunCurve[]): Origin[] {
  const origins = new Map(
    curves.map(curve => {
      const origin = originOf(curve);
      return [origin.key, origin] as const;
    }),
  );
  return [...origins.values()];
}

/** Which parts of origins differ, so that names say no more than needed. */
export function differingParts(origins: Origin[]) {
  const differs = (part: 'runId' | 'stage' | 'path') =>
    new Set(origins.map(origin => origin[part])).size > 1;
  return {
    run: differs('runId'),
    stage: differs('stage'),
    path: differs('path'),
  };
}

/** A curve as it is drawn. */
export interface Line {
  origin: string;
  x: number[];
  /** As they were written; null is a gap. */
  values: Array<number | null>;
  /** What is drawn strongly: the values, or their moving average. */
  drawn: Array<number | null>;
}

/** The curve over an axis; undefined if it has nothing to be placed by. */
export function toLine(
  curve: RunCurve,
  axis: CurveAxis,
  smoothing: number,
): Line | undefined {
  const { points } = curve;
  const places = points && placesOf(points, axis);
  if (!points || !places) {
    return undefined;
  }
  const kept = points.index.flatMap((_, at) => {
    const x = places[at];
    return x === null || x === undefined ? [] : [{ at, x }];
  });
  const drawn = smoothing > 0 ? smooth(points, smoothing) : points.value;
  return {
    origin: originOf(curve).key,
    x: kept.map(({ x }) => x),
    values: kept.map(({ at }) => points.value[at]),
    drawn: kept.map(({ at }) => drawn[at]),
  };
}

function placesOf(
  points: CurvePoints,
  axis: CurveAxis,
): Array<number | null> | undefined {
  if (axis !== 'time') {
    return points[axis];
  }
  const start = points.time?.find(time => time !== null) ?? null;
  return points.time?.map(time =>
    time === null || start === null ? null : time - start,
  );
}

/** Whether some curve can be drawn over it. */
export function hasAxis(curves: RunCurve[], axis: CurveAxis): boolean {
  return (
    axis === 'step' || curves.some(({ points }) => points?.[axis] !== undefined)
  );
}

/**
 * The exponential moving average, as TensorBoard and Weights & Biases draw it: corrected for its start, where there is
 * little to average. A point that stands for several values counts as many times, with their mean. Gaps stay gaps.
 */
export function smooth(
  points: Pick<CurvePoints, 'index' | 'value' | 'mean'>,
  weight: number,
): Array<number | null> {
  let sum = 0;
  let total = 0;
  let before = -1;
  return points.index.map((index, at) => {
    const value = points.value[at];
    if (value === null) {
      return null;
    }
    const decay = weight ** Math.max(1, index - before);
    before = index;
    sum = sum * decay + (points.mean?.[at] ?? value) * (1 - decay);
    total = total * decay + (1 - decay);
    return sum / total;
  });
}
