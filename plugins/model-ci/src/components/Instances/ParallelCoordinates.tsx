import { useId } from 'react';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { RunStageInstance } from '@model-ci/backstage-plugin-model-ci-common';
import { useLanguage } from '@model-ci/backstage-plugin-model-ci-react';
import { formatMetric } from '../../format';
import { modelCiTranslationRef } from '../../translation';
import { axisOf, metricValue, parameterNames, type Axis } from './coordinates';
import { rampColor } from './ramp';

const HEIGHT = 220;
const TOP = 34;
const STEP = 170;
const SIDE = 70;
/** Characters for which there is room. */
const LONGEST_NAME = 18;
const LONGEST_METRIC = 26;
const LONGEST_TICK = 16;

const useStyles = makeStyles(theme => ({
  root: { overflowX: 'auto', margin: theme.spacing(1, 0) },
  name: { fill: theme.palette.text.primary, fontSize: 13, fontWeight: 600 },
  ticks: {
    fill: theme.palette.text.primary,
    fontSize: 11.5,
    paintOrder: 'stroke',
    stroke: theme.palette.background.paper,
    strokeWidth: 4,
    strokeLinejoin: 'round',
    pointerEvents: 'none',
  },
  axis: { stroke: theme.palette.text.secondary },
  line: {
    fill: 'none',
    cursor: 'pointer',
    '&:hover, &:focus-visible': { strokeWidth: 4, outline: 'none' },
  },
}));

/** One line for each instance through its parameters to the metric, coloured by the metric. */
export function ParallelCoordinates(props: {
  instances: RunStageInstance[];
  metric: string;
  onSelect: (key: string) => void;
}) {
  const { instances, metric, onSelect } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const theme = useTheme();
  const language = useLanguage();
  const measured = instances.filter(
    instance => metricValue(instance, metric) !== undefined,
  );
  const parameters = parameterNames(instances);
  const axes = [
    ...parameters.map(name =>
      axisOf(
        name,
        instances.map(instance => instance.parameters[name]),
      ),
    ),
    axisOf(
      metric,
      measured.map(instance => metricValue(instance, metric)),
    ),
  ];
  const width = SIDE * 2 + STEP * (axes.length - 1);
  const [metricAxis] = axes.slice(-1);
  // The chosen one is drawn over the others.
  const drawn = [...measured].sort(
    (a, b) => Number(a.selected ?? false) - Number(b.selected ?? false),
  );
  return (
    <div className={classes.root}>
      <svg
        role="group"
        aria-label={t('instances.plot.label', { metric })}
        width={width}
        height={HEIGHT + TOP + 20}
      >
        {axes.map((axis, index) => (
          <AxisLine
            key={axis.name}
            axis={axis}
            x={xOf(index)}
            isMetric={axis === metricAxis}
          />
        ))}
        {drawn.map(instance => {
          const value = metricValue(instance, metric);
          const values = [
            ...parameters.map(name => instance.parameters[name]),
            value,
          ];
          const points = axes.map((axis, index) => {
            const at = axis.place(values[index]) ?? 0;
            return `${xOf(index)},${yOf(at)}`;
          });
          const label = `${instance.key}: ${metric} ${
            value === undefined ? '' : formatMetric(value, undefined, language)
          }`;
          return (
            <polyline
              key={instance.key}
              className={classes.line}
              points={points.join(' ')}
              stroke={rampColor(metricAxis.place(value) ?? 0, theme)}
              strokeWidth={instance.selected ? 4 : 2}
              role="button"
              tabIndex={0}
              aria-label={label}
              onClick={() => onSelect(instance.key)}
              onKeyDown={event => {
                if (event.key === 'Enter' || event.key === ' ') {
                  event.preventDefault();
                  onSelect(instance.key);
                }
              }}
            >
              <title>{label}</title>
            </polyline>
          );
        })}
        {axes.map((axis, index) => (
          <AxisTicks key={axis.name} axis={axis} x={xOf(index)} />
        ))}
      </svg>
    </div>
  );
}

function xOf(index: number): number {
  return SIDE + STEP * index;
}

function yOf(at: number): number {
  return TOP + HEIGHT * (1 - at);
}

/** The axis of the metric shows which colour stands for which value. */
function AxisLine(props: { axis: Axis; x: number; isMetric: boolean }) {
  const { axis, x, isMetric } = props;
  const classes = useStyles();
  return (
    <g>
      <text
        x={isMetric ? x + SIDE : x}
        y={16}
        textAnchor={isMetric ? 'end' : 'middle'}
        className={classes.name}
      >
        <title>{axis.name}</title>
        {shorten(axis.name, isMetric ? LONGEST_METRIC : LONGEST_NAME)}
      </text>
      {isMetric ? (
        <ColorScale x={x} />
      ) : (
        <line
          x1={x}
          x2={x}
          y1={TOP}
          y2={TOP + HEIGHT}
          className={classes.axis}
        />
      )}
    </g>
  );
}

function ColorScale({ x }: { x: number }) {
  const theme = useTheme();
  const id = useId();
  return (
    <>
      <linearGradient id={id} x1="0" x2="0" y1="1" y2="0">
        <stop offset="0" stopColor={rampColor(0, theme)} />
        <stop offset="1" stopColor={rampColor(1, theme)} />
      </linearGradient>
      <rect x={x} y={TOP} width={6} height={HEIGHT} fill={`url(#${id})`} />
    </>
  );
}

/** Drawn over the lines, on a rim of the paper's colour. */
function AxisTicks({ axis, x }: { axis: Axis; x: number }) {
  const classes = useStyles();
  const language = useLanguage();
  return (
    <g className={classes.ticks}>
      {axis.ticks.map(({ value, at }) => (
        <text key={String(value)} x={x + 10} y={yOf(at) + 4}>
          {typeof value === 'number'
            ? formatMetric(value, undefined, language)
            : shorten(value, LONGEST_TICK)}
        </text>
      ))}
    </g>
  );
}

function shorten(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
