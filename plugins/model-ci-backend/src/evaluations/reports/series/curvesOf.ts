import type { CurvePoints } from '@model-ci/backstage-plugin-model-ci-common';
import type { CollectedCurve } from '../../../database/operations/results/types';
import type { CurvePoint } from './Curve';
import type { Series } from './Curves';

/** The curves of a file as they are stored. */
export function curvesOf(path: string, series: Series): CollectedCurve[] {
  return [...series.curves].flatMap(([metric, curve]) =>
    curve.last
      ? [
          {
            path,
            metric,
            count: curve.count,
            gaps: curve.gaps,
            last: { step: curve.last.step, value: curve.last.value },
            points: toColumns(curve.points()),
          },
        ]
      : [],
  );
}

function toColumns(points: CurvePoint[]): CurvePoints {
  const optional = (name: 'mean' | 'epoch' | 'time') =>
    points.some(point => point[name] !== undefined)
      ? { [name]: points.map(point => point[name] ?? null) }
      : {};
  return {
    index: points.map(({ index }) => index),
    step: points.map(({ step }) => step),
    value: points.map(({ value }) => value ?? null),
    ...optional('mean'),
    ...optional('epoch'),
    ...optional('time'),
  };
}
