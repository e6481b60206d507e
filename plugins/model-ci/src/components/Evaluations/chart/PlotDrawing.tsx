import { useTheme } from '@material-ui/core/styles';
import type { Verdict } from '@model-ci/backstage-plugin-model-ci-common';
import { toneColor, VERDICT_LOOKS, type Tone } from '../../../status';
import { PlotAxes } from './frame';
import {
  bandPath,
  dotsPath,
  linePath,
  segmentsOf,
  stepPath,
  type Place,
} from './paths';
import { MARGIN, type Plot, type PlotMark, type PlotPoint } from './plot';

/** Marks nearer than this to the one before are drawn without their label. */
const MARK_LABEL_WIDTH = 150;

type Placed = PlotPoint & { index: number; place: Place };

/** Axes, line, band, limits and marks of a chart. */
export function PlotDrawing(props: {
  points: PlotPoint[];
  plot: Plot;
  marks?: PlotMark[];
  formatValue(value: number): string;
}) {
  const { points, plot, marks = [], formatValue } = props;
  const theme = useTheme();
  const placed = points.map((point, index) => ({
    ...point,
    index,
    place: plot.places[index],
  }));
  const segments = segmentsOf(placed, (a, b) => a.segment === b.segment);
  const size = dotSize(points.length, plot.width);
  return (
    <>
      <PlotAxes
        width={plot.width}
        height={plot.height}
        margin={MARGIN}
        yTicks={plot.yTicks.map(tick => ({
          y: plot.y(tick),
          label: formatValue(tick),
        }))}
        xTicks={plot.xTicks}
      />
      <Marks plot={plot} marks={marks} />
      {segments.map(segment => (
        <Band key={segment[0].index} segment={segment} plot={plot} />
      ))}
      <Steps points={placed} plot={plot} limit="min" tone="bad" dash="6 4" />
      <Steps points={placed} plot={plot} limit="max" tone="bad" dash="6 4" />
      <Steps
        points={placed}
        plot={plot}
        limit="baseline"
        tone="idle"
        dash="2 3"
      />
      {segments.map(segment => (
        <path
          key={segment[0].index}
          d={linePath(segment.map(({ place }) => place))}
          fill="none"
          stroke={toneColor(theme, 'active')}
          strokeWidth={1.5}
        />
      ))}
      {(['none', 'pass', 'inconclusive', 'fail'] as const).map(verdict => (
        <path
          key={verdict}
          d={dotsPath(
            placed
              .filter(point => (point.verdict ?? 'none') === verdict)
              .map(({ place }) => place),
          )}
          fill="none"
          stroke={toneColor(theme, dotTone(verdict))}
          strokeWidth={size}
          strokeLinecap="round"
        />
      ))}
    </>
  );
}

/** What passed looks like what nothing judges: only the others are to be seen at once. */
function dotTone(verdict: Verdict | 'none'): Tone {
  return verdict === 'none' || verdict === 'pass'
    ? 'active'
    : VERDICT_LOOKS[verdict].tone;
}

/** Dots stay apart where there is room for it. */
function dotSize(count: number, width: number): number {
  return Math.min(8, Math.max(3, (width / Math.max(1, count)) * 0.6));
}

function Band({ segment, plot }: { segment: Placed[]; plot: Plot }) {
  const theme = useTheme();
  return (
    <>
      {segmentsOf(
        segment,
        (a, b) => (a.interval !== undefined) === (b.interval !== undefined),
      )
        .filter(([first]) => first.interval)
        .map(part => {
          const side = (name: 'lower' | 'upper') =>
            part.flatMap(({ interval, place }) =>
              interval ? { x: place.x, y: plot.y(interval[name]) } : [],
            );
          const [upper, lower] = [side('upper'), side('lower')];
          // A band of one point has no width to be seen by.
          return (
            <path
              key={part[0].index}
              d={
                upper.length === 1
                  ? linePath([upper[0], lower[0]])
                  : bandPath(upper, lower)
              }
              fill={toneColor(theme, 'active')}
              fillOpacity={0.15}
              stroke={toneColor(theme, 'active')}
              strokeOpacity={0.4}
              strokeWidth={upper.length === 1 ? 2 : 0.5}
            />
          );
        })}
    </>
  );
}

function Steps(props: {
  points: Placed[];
  plot: Plot;
  limit: 'min' | 'max' | 'baseline';
  tone: Tone;
  dash: string;
}) {
  const { points, plot, limit, tone, dash } = props;
  const theme = useTheme();
  const parts = segmentsOf(
    points,
    (a, b) => (a[limit] === undefined) === (b[limit] === undefined),
  ).filter(([first]) => first[limit] !== undefined);
  return (
    <>
      {parts.map(part => {
        const places = part.flatMap(point => {
          const value = point[limit];
          return value === undefined
            ? []
            : { x: point.place.x, y: plot.y(value) };
        });
        const [first] = places;
        // One point's limit is as wide as the point.
        const path =
          places.length === 1
            ? linePath([
                { x: first.x - 8, y: first.y },
                { x: first.x + 8, y: first.y },
              ])
            : stepPath(places);
        return (
          <path
            key={part[0].index}
            d={path}
            fill="none"
            stroke={toneColor(theme, tone)}
            strokeWidth={1.5}
            strokeDasharray={dash}
          />
        );
      })}
    </>
  );
}

const MARK_TONES = { deployment: 'good', data: 'broken' } as const;

function Marks({ plot, marks }: { plot: Plot; marks: PlotMark[] }) {
  const theme = useTheme();
  return (
    <g fontSize={11}>
      {(['deployment', 'data'] as const).flatMap(kind =>
        withRoom(
          marks
            .filter(mark => mark.kind === kind)
            .map(mark => ({ ...mark, x: plot.x(mark.at) })),
          plot.width,
        ).map((mark, i) => (
          <Mark
            key={`${kind} ${i}`}
            {...mark}
            plot={plot}
            color={toneColor(theme, MARK_TONES[kind])}
          />
        )),
      )}
    </g>
  );
}

/** Which of the marks, from left to right, have room for their labels; near the right edge these stand left of the line. */
function withRoom<T extends { x: number }>(marks: T[], width: number) {
  let free = -Infinity;
  return marks.map(mark => {
    const flipped = mark.x > width - MARK_LABEL_WIDTH;
    const start = flipped ? mark.x - MARK_LABEL_WIDTH : mark.x;
    const labelled = start >= free;
    free = labelled ? start + MARK_LABEL_WIDTH : free;
    return { ...mark, flipped, labelled };
  });
}

function Mark(
  props: PlotMark & {
    x: number;
    flipped: boolean;
    labelled: boolean;
    plot: Plot;
    color: string;
  },
) {
  const { x, label, kind, flipped, labelled, plot, color } = props;
  const top = MARGIN.top - (kind === 'data' ? 2 : 16);
  return (
    <g>
      <title>{label}</title>
      <line
        x1={x}
        x2={x}
        y1={top}
        y2={plot.height - MARGIN.bottom}
        stroke={color}
        strokeDasharray={kind === 'data' ? '1 3' : undefined}
        strokeOpacity={0.7}
      />
      {labelled && (
        <text
          x={flipped ? x - 4 : x + 4}
          textAnchor={flipped ? 'end' : 'start'}
          y={top}
          fill={color}
        >
          {clip(label)}
        </text>
      )}
    </g>
  );
}

/** Labels of marks stand side by side; their whole text is the title of the mark. */
function clip(label: string): string {
  return label.length > 24 ? `${label.slice(0, 23)}…` : label;
}
