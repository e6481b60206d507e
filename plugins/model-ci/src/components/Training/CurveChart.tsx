import { useEffect, useMemo, useRef, useState, type MouseEvent } from 'react';
import Typography from '@material-ui/core/Typography';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { useLanguage } from '@model-ci/backstage-plugin-model-ci-react';
import { formatDuration, formatMetric } from '../../format';
import { modelCiTranslationRef } from '../../translation';
import {
  besidePlace,
  PlotAxes,
  useFrameStyles,
} from '../Evaluations/chart/frame';
import { useWidth } from '../Evaluations/chart/useWidth';
import { drawCurves, type LineLook } from './drawCurves';
import type { CurveAxis, Line } from './lines';
import {
  layOutCurves,
  MARGIN,
  nearestIndex,
  type CurvePlot,
} from './plotCurves';

const HEIGHT = 220;
/** Lines whose values are listed beside the pointer. */
const MAX_LISTED = 12;

const useStyles = makeStyles(theme => ({
  plot: { position: 'relative', height: HEIGHT },
  layer: { position: 'absolute', left: 0, top: 0, display: 'block' },
  tip: {
    top: MARGIN.top,
    '& td': { padding: theme.spacing(0, 0.5), whiteSpace: 'nowrap' },
    '& td:last-child': { textAlign: 'right' },
  },
  swatch: {
    display: 'inline-block',
    width: 8,
    height: 8,
    borderRadius: 4,
    marginRight: 4,
  },
  title: { overflowWrap: 'anywhere' },
}));

/** One metric of all runs, stages and files that report it. */
export function CurveChart(props: {
  metric: string;
  lines: Line[];
  axis: CurveAxis;
  isLog: boolean;
  lookOf(origin: string): LineLook;
  nameOf(origin: string): string;
}) {
  const { metric, lines, axis, isLog, lookOf, nameOf } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const frame = useFrameStyles();
  const language = useLanguage();
  const { ref, width } = useWidth<HTMLElement>(400);
  const [pointed, setPointed] = useState<number>();
  const plot = useMemo(
    () => layOutCurves({ lines, width, height: HEIGHT, isLog }),
    [lines, width, isLog],
  );
  const places = useMemo(
    () => [...new Set(lines.flatMap(({ x }) => x))].sort((a, b) => a - b),
    [lines],
  );
  const gaps = lines.reduce(
    (sum, { values }) => sum + values.filter(value => value === null).length,
    0,
  );
  const at = pointed === undefined ? undefined : places[pointed];
  const values = valuesAt(lines, at);
  const describe = (x: number | undefined) =>
    x === undefined
      ? ''
      : `${t(`training.axis.${axis}`)} ${formatX(x, axis, language)}`;
  const find = (event: MouseEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = event.clientX - box.left;
    const index = nearestIndex(places.map(plot.x), x);
    setPointed(index < 0 ? undefined : index);
  };
  return (
    <figure ref={ref} aria-label={metric} className={frame.root}>
      <Typography
        component="figcaption"
        variant="subtitle2"
        className={classes.title}
      >
        {metric}
      </Typography>
      <div className={classes.plot}>
        <CurveCanvas lines={lines} plot={plot} lookOf={lookOf} />
        <svg
          width={width}
          height={HEIGHT}
          className={classes.layer}
          aria-hidden
          onMouseMove={find}
          onMouseLeave={() => setPointed(undefined)}
        >
          <CurveAxes plot={plot} axis={axis} />
          {at !== undefined && (
            <Pointed plot={plot} at={at} values={values} lookOf={lookOf} />
          )}
        </svg>
        {places.length > 0 && (
          <input
            type="range"
            className={frame.range}
            aria-label={metric}
            min={0}
            max={places.length - 1}
            step={1}
            value={pointed ?? places.length - 1}
            aria-valuetext={[
              describe(at ?? places[places.length - 1]),
              ...valuesAt(lines, at ?? places[places.length - 1]).map(
                ({ origin, value }) =>
                  `${nameOf(origin)} ${formatMetric(
                    value,
                    undefined,
                    language,
                  )}`,
              ),
            ].join(', ')}
            onChange={event => setPointed(Number(event.target.value))}
            onBlur={() => setPointed(undefined)}
          />
        )}
        {at !== undefined && (
          <div
            className={`${frame.tip} ${classes.tip}`}
            style={besidePlace(plot.x(at), width)}
          >
            {describe(at)}
            <table>
              <tbody>
                {values.slice(0, MAX_LISTED).map(({ origin, value }) => (
                  <tr key={origin}>
                    <td>
                      <span
                        className={classes.swatch}
                        style={{ background: lookOf(origin).color }}
                      />
                      {nameOf(origin)}
                    </td>
                    <td>{formatMetric(value, undefined, language)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            {values.length > MAX_LISTED &&
              t('training.others', { count: values.length - MAX_LISTED })}
          </div>
        )}
      </div>
      {gaps > 0 && (
        <Typography variant="caption" color="textSecondary">
          {t('training.gaps', { count: gaps })}
        </Typography>
      )}
    </figure>
  );
}

/** What each line has nearest to a place, if it is near enough to say so. */
function valuesAt(lines: Line[], at: number | undefined) {
  if (at === undefined) {
    return [];
  }
  return lines.flatMap(({ origin, x, drawn }) => {
    const index = nearestIndex(x, at);
    const value = drawn[index];
    const isWithin = at >= x[0] && at <= x[x.length - 1];
    return value === null || value === undefined || !isWithin
      ? []
      : [{ origin, x: x[index], value }];
  });
}

function formatX(
  x: number,
  axis: CurveAxis,
  language: string | undefined,
): string {
  return axis === 'time'
    ? formatDuration(x * 1000, language)
    : formatMetric(x, undefined, language);
}

function CurveCanvas(props: {
  lines: Line[];
  plot: CurvePlot;
  lookOf(origin: string): LineLook;
}) {
  const { lines, plot, lookOf } = props;
  const classes = useStyles();
  const ref = useRef<HTMLCanvasElement>(null);
  const { width, height } = plot;
  useEffect(() => {
    const canvas = ref.current;
    const pen = canvas?.getContext('2d');
    if (canvas && pen) {
      const scale = window.devicePixelRatio || 1;
      canvas.width = width * scale;
      canvas.height = height * scale;
      pen.scale(scale, scale);
      drawCurves(pen, lines, plot, lookOf);
    }
  }, [lines, plot, lookOf, width, height]);
  return (
    <canvas
      ref={ref}
      className={classes.layer}
      style={{ width, height }}
      aria-hidden
    />
  );
}

function CurveAxes({ plot, axis }: { plot: CurvePlot; axis: CurveAxis }) {
  const language = useLanguage();
  return (
    <PlotAxes
      width={plot.width}
      height={plot.height}
      margin={MARGIN}
      yTicks={plot.yTicks.map(tick => ({
        y: plot.y(tick) ?? 0,
        label: formatMetric(tick, undefined, language),
      }))}
      xTicks={plot.xTicks.map(tick => ({
        x: plot.x(tick),
        label: formatX(tick, axis, language),
      }))}
    />
  );
}

function Pointed(props: {
  plot: CurvePlot;
  at: number;
  values: Array<{ origin: string; x: number; value: number }>;
  lookOf(origin: string): LineLook;
}) {
  const { plot, at, values, lookOf } = props;
  const { palette } = useTheme();
  return (
    <>
      <line
        x1={plot.x(at)}
        x2={plot.x(at)}
        y1={MARGIN.top}
        y2={plot.height - MARGIN.bottom}
        stroke={palette.text.secondary}
        strokeDasharray="2 2"
      />
      {values.map(({ origin, x, value }) => {
        const y = plot.y(value);
        return y === undefined ? null : (
          <circle
            key={origin}
            cx={plot.x(x)}
            cy={y}
            r={3.5}
            fill={lookOf(origin).color}
          />
        );
      })}
    </>
  );
}
