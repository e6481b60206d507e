import type { Verdict } from '@model-ci/backstage-plugin-model-ci-common';
import { axisTicks, linear, spread } from './axis';
import type { Place } from './paths';

/** A value of a chart. */
export interface PlotPoint {
  /** Where it lies along the axis: its position, or a time. */
  at: number;
  value: number;
  interval?: { lower: number; upper: number };
  min?: number;
  max?: number;
  baseline?: number;
  /** What gates said of it. */
  verdict?: Verdict;
  /** Below the axis. */
  label: string;
  /** All that is known of it, for screen readers. */
  title: string;
  /** Points of different segments are not joined: they do not measure the same. */
  segment: string;
}

/** Something that happened between the points. */
export interface PlotMark {
  at: number;
  label: string;
  kind: 'deployment' | 'data';
}

export const MARGIN = { top: 30, right: 16, bottom: 24, left: 64 };
/** Pixels that a label below the axis takes. */
const LABEL_WIDTH = 72;

export interface Plot {
  width: number;
  height: number;
  places: Place[];
  x(at: number): number;
  y(value: number): number;
  yTicks: number[];
  xTicks: Array<{ x: number; label: string }>;
}

/** Where everything of a chart lies. */
export function layOut(options: {
  points: PlotPoint[];
  width: number;
  height: number;
}): Plot {
  const { points, width, height } = options;
  const ats = points.map(({ at }) => at);
  const yTicks = axisTicks(points.flatMap(extent).filter(Number.isFinite));
  const x = linear(
    [ats[0] ?? 0, ats.at(-1) ?? 1],
    [MARGIN.left + 8, width - MARGIN.right - 8],
  );
  const y = linear(
    [yTicks[0], yTicks[yTicks.length - 1]],
    [height - MARGIN.bottom, MARGIN.top],
  );
  const room = Math.max(2, Math.floor((width - MARGIN.left) / LABEL_WIDTH));
  return {
    width,
    height,
    x,
    y,
    yTicks,
    places: points.map(point => ({ x: x(point.at), y: y(point.value) })),
    xTicks: apart(
      spread(points.length, room).map(i => ({
        x: x(points[i].at),
        label: points[i].label,
      })),
    ),
  };
}

/** All that has to be in sight for a point. */
function extent(point: PlotPoint): number[] {
  const { value, interval, min, max, baseline } = point;
  return [value, interval?.lower, interval?.upper, min, max, baseline].flatMap(
    number => number ?? [],
  );
}

/** Labels that have room: over time, points may lie close together. */
function apart(ticks: Array<{ x: number; label: string }>) {
  let last = -Infinity;
  return ticks.filter(({ x }) => {
    const fits = x - last >= LABEL_WIDTH * 0.75;
    last = fits ? x : last;
    return fits;
  });
}
