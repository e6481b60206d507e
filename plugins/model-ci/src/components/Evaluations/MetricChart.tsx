import { useTheme, type Theme } from '@material-ui/core/styles';
import { useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  Evaluation,
  MetricHistory,
} from '@model-ci/backstage-plugin-model-ci-common';
import { useNavigate } from 'react-router-dom';
import {
  CartesianGrid,
  Line,
  LineChart,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { useLanguage } from '@model-ci/backstage-plugin-model-ci-react';
import { formatMetric } from '../../format';
import { runRouteRef } from '../../routes';
import { toneColor } from '../../status';
import { modelCiTranslationRef } from '../../translation';
import { historyKey, keepsGate } from './points';

const HEIGHT = 220;
const MARGIN = { top: 16, right: 24, bottom: 8, left: 8 };

interface ChartPoint {
  label: string;
  value: number;
  point: Evaluation;
}

/** A metric over versions or runs, with the limits of its gate. A point leads to the run that measured it. */
export function MetricChart(props: {
  history: MetricHistory;
  points: Evaluation[];
}) {
  const { history, points } = props;
  const { gate } = history;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const data: ChartPoint[] = points.map(point => ({
    label:
      point.version === undefined
        ? t('evaluations.runLabel', { number: String(point.runNumber) })
        : t('evaluations.versionLabel', { version: String(point.version) }),
    value: point.value,
    point,
  }));
  const limits = [gate?.min, gate?.max].filter(
    (limit): limit is number => limit !== undefined,
  );
  return (
    <figure
      aria-label={t('evaluations.chartLabel', {
        metric: historyKey(history),
        points: String(points.length),
      })}
      style={{ margin: 0 }}
    >
      <Chart history={history} data={data} limits={limits} />
    </figure>
  );
}

function Chart(props: {
  history: MetricHistory;
  data: ChartPoint[];
  limits: number[];
}) {
  const { history, data, limits } = props;
  const { unit } = history;
  const theme = useTheme();
  const language = useLanguage();
  const parts = chartStyles(theme);
  const good = toneColor(theme, 'active');
  const bad = toneColor(theme, 'bad');
  const ticks = axisTicks([...data.map(({ value }) => value), ...limits]);
  // The parts of a chart have to be its children themselves: components of ours would not be drawn.
  return (
    <ResponsiveContainer width="100%" height={HEIGHT}>
      <LineChart data={data} margin={MARGIN}>
        <CartesianGrid stroke={theme.palette.divider} vertical={false} />
        <XAxis
          {...parts.axis}
          dataKey="label"
          minTickGap={16}
          padding={{ left: 16, right: 16 }}
        />
        <YAxis
          {...parts.axis}
          width={64}
          domain={[ticks[0], ticks[ticks.length - 1]]}
          ticks={ticks}
          interval={0}
          tickFormatter={value => formatMetric(value, undefined, language)}
        />
        <Tooltip
          {...parts.tooltip}
          formatter={(value: number) => [
            formatMetric(value, unit, language),
            history.metric,
          ]}
          isAnimationActive={false}
        />
        {limits.map(limit => (
          <ReferenceLine
            key={limit}
            y={limit}
            stroke={bad}
            strokeDasharray="6 4"
            label={{
              ...parts.limit,
              value: formatMetric(limit, unit, language),
            }}
          />
        ))}
        <Line
          dataKey="value"
          stroke={good}
          strokeWidth={2}
          dot={({ key, ...dot }) => (
            <PointLink key={key} {...dot} history={history} />
          )}
          activeDot={false}
          isAnimationActive={false}
        />
      </LineChart>
    </ResponsiveContainer>
  );
}

function chartStyles(theme: Theme) {
  const { background, divider, text } = theme.palette;
  const written = { color: text.primary };
  return {
    axis: {
      stroke: text.secondary,
      tick: { fill: text.secondary, fontSize: 12 },
    },
    tooltip: {
      contentStyle: {
        ...written,
        background: background.paper,
        borderColor: divider,
      },
      labelStyle: written,
      itemStyle: written,
    },
    limit: {
      position: 'insideTopRight',
      fill: toneColor(theme, 'bad'),
      fontSize: 12,
    } as const,
  };
}

/** A dot that leads to its run. */
function PointLink(props: {
  cx?: number;
  cy?: number;
  payload?: ChartPoint;
  history: MetricHistory;
}) {
  const { cx, cy, payload, history } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const theme = useTheme();
  const language = useLanguage();
  const navigate = useNavigate();
  const runPath = useRouteRef(runRouteRef);
  if (cx === undefined || cy === undefined || payload === undefined) {
    return <g />;
  }
  const { label, point } = payload;
  const kept = keepsGate(point.value, history.gate);
  const open = () => navigate(runPath({ runId: point.runId }));
  const title = t('evaluations.point', {
    label,
    metric: historyKey(history),
    value: formatMetric(point.value, history.unit, language),
  });
  return (
    <circle
      cx={cx}
      cy={cy}
      r={5}
      fill={toneColor(theme, kept ? 'active' : 'bad')}
      stroke={theme.palette.background.paper}
      strokeWidth={1.5}
      role="link"
      tabIndex={0}
      aria-label={kept ? title : `${title}, ${t('evaluations.outside')}`}
      style={{ cursor: 'pointer' }}
      onClick={open}
      onKeyDown={event => {
        if (event.key === 'Enter') {
          open();
        }
      }}
    />
  );
}

/** Round numbers from below the lowest to above the highest value or limit. */
export function axisTicks(values: number[]): number[] {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = high === low ? Math.abs(high) * 0.2 || 1 : high - low;
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step =
    [1, 2, 5, 10].map(factor => factor * power).find(size => size >= rough) ??
    rough;
  const first = Math.floor((low - span * 0.05) / step);
  const last = Math.ceil((high + span * 0.05) / step);
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}
