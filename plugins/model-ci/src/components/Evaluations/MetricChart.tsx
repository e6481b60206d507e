import { useTheme } from '@material-ui/core/styles';
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

interface Dot {
  cx?: number;
  cy?: number;
  payload?: { label: string; point: Evaluation };
}

/** A metric over versions or runs, with the limits of its gate. A point leads to the run that measured it. */
export function MetricChart(props: {
  history: MetricHistory;
  points: Evaluation[];
}) {
  const { history, points } = props;
  const { gate, unit } = history;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const language = useLanguage();
  const theme = useTheme();
  const navigate = useNavigate();
  const runPath = useRouteRef(runRouteRef);
  const good = toneColor(theme, 'active');
  const bad = toneColor(theme, 'bad');
  const text = theme.palette.text.secondary;
  const name = historyKey(history);

  const data = points.map(point => ({
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

  const ticks = axisTicks([...points.map(({ value }) => value), ...limits]);

  const drawDot = ({ cx, cy, payload }: Dot) => {
    if (cx === undefined || cy === undefined || payload === undefined) {
      return <g />;
    }
    const { label, point } = payload;
    const kept = keepsGate(point.value, gate);
    const open = () => navigate(runPath({ runId: point.runId }));
    const title = [
      t('evaluations.point', {
        label,
        metric: name,
        value: formatMetric(point.value, unit, language),
      }),
      ...(kept ? [] : [t('evaluations.outside')]),
    ].join(', ');
    return (
      <circle
        key={point.runId}
        cx={cx}
        cy={cy}
        r={5}
        fill={kept ? good : bad}
        stroke={theme.palette.background.paper}
        strokeWidth={1.5}
        role="link"
        tabIndex={0}
        aria-label={title}
        style={{ cursor: 'pointer' }}
        onClick={open}
        onKeyDown={event => {
          if (event.key === 'Enter') {
            open();
          }
        }}
      />
    );
  };

  return (
    <figure
      aria-label={t('evaluations.chartLabel', {
        metric: name,
        points: String(points.length),
      })}
      style={{ margin: 0 }}
    >
      <ResponsiveContainer width="100%" height={HEIGHT}>
        <LineChart
          data={data}
          margin={{ top: 16, right: 24, bottom: 8, left: 8 }}
        >
          <CartesianGrid stroke={theme.palette.divider} vertical={false} />
          <XAxis
            dataKey="label"
            stroke={text}
            tick={{ fill: text, fontSize: 12 }}
            minTickGap={16}
            padding={{ left: 16, right: 16 }}
          />
          <YAxis
            stroke={text}
            tick={{ fill: text, fontSize: 12 }}
            width={64}
            domain={[ticks[0], ticks[ticks.length - 1]]}
            ticks={ticks}
            interval={0}
            tickFormatter={(value: number) =>
              formatMetric(value, undefined, language)
            }
          />
          <Tooltip
            formatter={(value: number) => [
              formatMetric(value, unit, language),
              history.metric,
            ]}
            contentStyle={{
              background: theme.palette.background.paper,
              borderColor: theme.palette.divider,
              color: theme.palette.text.primary,
            }}
            labelStyle={{ color: theme.palette.text.primary }}
            itemStyle={{ color: theme.palette.text.primary }}
            isAnimationActive={false}
          />
          {limits.map(limit => (
            <ReferenceLine
              key={limit}
              y={limit}
              stroke={bad}
              strokeDasharray="6 4"
              label={{
                value: formatMetric(limit, unit, language),
                position: 'insideTopRight',
                fill: bad,
                fontSize: 12,
              }}
            />
          ))}
          <Line
            dataKey="value"
            stroke={good}
            strokeWidth={2}
            dot={drawDot}
            activeDot={false}
            isAnimationActive={false}
          />
        </LineChart>
      </ResponsiveContainer>
    </figure>
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
