import { useCallback, useMemo } from 'react';
import Typography from '@material-ui/core/Typography';
import { useTheme } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  HistoryPoint,
  MetricLineHistory,
} from '@model-ci/backstage-plugin-model-ci-common';
import { useLanguage } from '@model-ci/backstage-plugin-model-ci-react';
import { formatMetric, shortDigest } from '../../../format';
import { toneColor } from '../../../status';
import { modelCiTranslationRef } from '../../../translation';
import { MetricPlot } from '../chart/MetricPlot';
import { lineName } from './lineName';
import { toMarks, toPlotPoints, type Axis } from './plotPoints';
import { useDescribePoint } from './useDescribePoint';

const HEIGHT = 340;

interface OfHistory {
  history: MetricLineHistory;
}

/** The chart of one line, and what its signs mean. */
export function HistoryChart(props: {
  history: MetricLineHistory;
  axis: Axis;
  chosen?: number;
  onChoose(index: number): void;
}) {
  const { history, axis, chosen, onChoose } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const language = useLanguage();
  const { label, describe } = useDescribePoint();
  const points = useMemo(
    () =>
      toPlotPoints(history.points, axis, {
        label: point =>
          axis === 'time'
            ? new Date(point.at).toLocaleDateString(language)
            : label(point),
        describe,
      }),
    [history.points, axis, language, label, describe],
  );
  const marks = useMemo(
    () =>
      toMarks(history, axis, {
        dataChanged: (point: HistoryPoint) =>
          t('history.dataChanged', {
            digest: point.datasetDigest
              ? shortDigest(point.datasetDigest)
              : t('history.noDigest'),
          }),
        deployed: ({ version, environment }) =>
          t('history.deployed', { version: String(version), environment }),
      }),
    [history, axis, t],
  );
  const formatValue = useCallback(
    (value: number) => formatMetric(value, undefined, language),
    [language],
  );
  const count = history.points.length;
  return (
    <>
      <MetricPlot
        label={t('evaluations.chartLabel', {
          metric: lineName(history.line),
          points: String(count),
        })}
        points={points}
        marks={marks}
        height={HEIGHT}
        chosen={chosen}
        formatValue={formatValue}
        onChoose={onChoose}
      />
      <Legend history={history} />
      <MissingIntervals history={history} />
      {(history.total > history.points.length || history.older) && (
        <Typography variant="body2" color="textSecondary">
          {history.total > count &&
            t('history.thinned', {
              shown: count,
              total: history.total,
            })}{' '}
          {history.older && t('history.older')}
        </Typography>
      )}
    </>
  );
}

/** Why there is no band, or not everywhere. */
function MissingIntervals({ history: { points } }: OfHistory) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const count = points.filter(({ interval }) => !interval).length;
  if (count === 0) {
    return null;
  }
  return (
    <Typography variant="body2" color="textSecondary">
      {count === points.length
        ? t('history.noInterval.all')
        : t('history.noInterval.some', { count })}
    </Typography>
  );
}

/** Only of the signs that the chart has. */
function Legend({ history }: OfHistory) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const theme = useTheme();
  const { points, deployments, digests } = history;
  const signs = [
    {
      sign: '▬',
      tone: 'active',
      text: t('history.legend.band'),
      shown: points.some(({ interval }) => interval),
    },
    {
      sign: '┅',
      tone: 'bad',
      text: t('history.legend.limits'),
      shown: points.some(
        ({ gate }) => gate?.min !== undefined || gate?.max !== undefined,
      ),
    },
    {
      sign: '┄',
      tone: 'idle',
      text: t('history.legend.baseline'),
      shown: points.some(({ gate }) => gate?.baseline?.value !== undefined),
    },
    {
      sign: '●',
      tone: 'bad',
      text: t('history.legend.failed'),
      shown: points.some(({ gate }) => gate?.verdict === 'fail'),
    },
    {
      sign: '●',
      tone: 'broken',
      text: t('history.legend.inconclusive'),
      shown: points.some(({ gate }) => gate?.verdict === 'inconclusive'),
    },
    {
      sign: '│',
      tone: 'good',
      text: t('history.legend.deployed'),
      shown: deployments.length > 0,
    },
    {
      sign: '┊',
      tone: 'broken',
      text: t('history.legend.data'),
      shown: digests.length > 1,
    },
  ] as const;
  return (
    <Typography variant="body2" color="textSecondary">
      {signs
        .filter(({ shown }) => shown)
        .map(({ sign, tone, text }) => (
          <span key={text} style={{ display: 'inline-block', marginRight: 16 }}>
            <span aria-hidden style={{ color: toneColor(theme, tone) }}>
              {sign}
            </span>{' '}
            {text}
          </span>
        ))}
    </Typography>
  );
}
