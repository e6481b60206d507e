import { axisTicks, linear, rangeOf } from '../Evaluations/chart/axis';
import type { Line } from './lines';

export const MARGIN = { top: 12, right: 28, bottom: 24, left: 64 };
/** Pixels that a label below the axis takes. */
const LABEL_WIDTH = 64;
/** Powers of ten that have a line each; of more, every second one, and so on. */
const MAX_POWERS = 8;

export interface CurvePlot {
  width: number;
  height: number;
  x(value: number): number;
  /** Undefined where the axis has no place for a value: on a logarithmic one, what is not above zero. */
  y(value: number): number | undefined;
  xTicks: number[];
  yTicks: number[];
}

/** Where everything of a chart lies. */
export function layOutCurves(options: {
  lines: Line[];
  width: number;
  height: number;
  isLog: boolean;
}): CurvePlot {
  const { lines, width, height, isLog } = options;
  const xs = rangeOf(lines.flatMap(({ x }) => x));
  const right = width - MARGIN.right;
  const inner = Math.max(1, width - MARGIN.left - MARGIN.right);
  const x = linear([xs.low, xs.high], [MARGIN.left, right]);
  const values = lines.flatMap(line =>
    [...line.values, ...line.drawn].flatMap(value => value ?? []),
  );
  const y = isLog ? logAxis(values, height) : linearAxis(values, height);
  const inSight = axisTicks([xs.low, xs.high]).filter(
    tick => tick >= xs.low && tick <= xs.high,
  );
  return {
    width,
    height,
    x,
    ...y,
    xTicks: thin(inSight, Math.max(2, Math.floor(inner / LABEL_WIDTH))),
  };
}

function linearAxis(
  values: number[],
  height: number,
): Pick<CurvePlot, 'y' | 'yTicks'> {
  const yTicks = axisTicks(values);
  return {
    yTicks,
    y: linear(
      [yTicks[0], yTicks[yTicks.length - 1]],
      [height - MARGIN.bottom, MARGIN.top],
    ),
  };
}

function logAxis(
  values: number[],
  height: number,
): Pick<CurvePlot, 'y' | 'yTicks'> {
  const positive = values.filter(value => value > 0);
  const { low, high } =
    positive.length > 0 ? rangeOf(positive) : { low: 0.1, high: 1 };
  const first = Math.floor(Math.log10(low));
  const last = Math.max(first + 1, Math.ceil(Math.log10(high)));
  const place = linear([first, last], [height - MARGIN.bottom, MARGIN.top]);
  const powers = Array.from(
    { length: last - first + 1 },
    (_, at) => first + at,
  );
  return {
    yTicks: thin(powers, MAX_POWERS).map(power => Number(`1e${power}`)),
    y: value => (value > 0 ? place(Math.log10(value)) : undefined),
  };
}

function thin(ticks: number[], most: number): number[] {
  const every = Math.ceil(ticks.length / most);
  return ticks.filter((_, at) => at % every === 0);
}

/** The index of the value that lies nearest to a place on the axis; -1 if there is none. */
export function nearestIndex(xs: number[], x: number): number {
  let nearest = -1;
  for (let at = 0; at < xs.length; at += 1) {
    if (nearest < 0 || Math.abs(xs[at] - x) < Math.abs(xs[nearest] - x)) {
      nearest = at;
    }
  }
  return nearest;
}
