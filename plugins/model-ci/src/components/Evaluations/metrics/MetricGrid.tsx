import { useCallback, useMemo } from 'react';
import Button from '@material-ui/core/Button';
import Paper from '@material-ui/core/Paper';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  isMeasured,
  type Evaluation,
  type MetricHistory,
} from '@model-ci/backstage-plugin-model-ci-common';
import { useLanguage } from '@model-ci/backstage-plugin-model-ci-react';
import { formatMetric } from '../../../format';
import { modelCiTranslationRef } from '../../../translation';
import { MetricName } from '../../metrics';
import { MetricPlot } from '../chart/MetricPlot';
import type { PlotPoint } from '../chart/plot';
import { historyKey, keepsGate, pointsInScope, type Scope } from './points';

const HEIGHT = 180;

const useStyles = makeStyles(theme => ({
  // As many as there is room for, and no column that stays empty where there are fewer.
  grid: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(320px, 100%), 1fr))',
    gap: theme.spacing(2),
  },
  chart: { padding: theme.spacing(2), minWidth: 0 },
  head: {
    display: 'grid',
    gridTemplateColumns: '1fr auto',
    alignItems: 'baseline',
    columnGap: theme.spacing(2),
  },
  title: { overflowWrap: 'anywhere' },
  notes: { gridColumn: '1 / -1' },
}));

/** Each metric over versions or runs, side by side; a point leads to the history of its metric. */
export function MetricGrid(props: {
  histories: MetricHistory[];
  scope: Scope;
  onOpen(history: MetricHistory, point?: Evaluation): void;
}) {
  const { histories, scope, onOpen } = props;
  const classes = useStyles();
  return (
    <div className={classes.grid}>
      {histories.map(history => (
        <Paper className={classes.chart} key={historyKey(history)}>
          <ChartHead history={history} onOpen={() => onOpen(history)} />
          <SmallChart
            history={history}
            scope={scope}
            onChoose={point => onOpen(history, point)}
          />
        </Paper>
      ))}
    </div>
  );
}

function SmallChart(props: {
  history: MetricHistory;
  scope: Scope;
  onChoose(point: Evaluation): void;
}) {
  const { history, scope, onChoose } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const language = useLanguage();
  const shown = useMemo(
    () => pointsInScope(history, scope).filter(isMeasured),
    [history, scope],
  );
  const points = useMemo(
    () =>
      shown.map((point, at): PlotPoint => {
        const label =
          point.version === undefined
            ? t('evaluations.runLabel', { number: String(point.runNumber) })
            : t('evaluations.versionLabel', { version: String(point.version) });
        const kept = keepsGate(point.value, history.gate);
        const title = t('evaluations.point', {
          label,
          metric: historyKey(history),
          value: formatMetric(point.value, history.unit, language),
        });
        return {
          at,
          label,
          value: point.value,
          ...history.gate,
          verdict: kept ? undefined : 'fail',
          title: kept ? title : `${title}, ${t('evaluations.outside')}`,
          // What another stage measured under the same name, or on other data, is another quantity.
          segment: JSON.stringify([
            point.stage,
            point.instance,
            point.datasetDigest,
          ]),
        };
      }),
    [shown, history, t, language],
  );
  const formatValue = useCallback(
    (value: number) => formatMetric(value, undefined, language),
    [language],
  );
  return (
    <MetricPlot
      label={t('evaluations.chartLabel', {
        metric: historyKey(history),
        points: String(points.length),
      })}
      points={points}
      height={HEIGHT}
      formatValue={formatValue}
      onChoose={index => onChoose(shown[index])}
    />
  );
}

function ChartHead(props: { history: MetricHistory; onOpen(): void }) {
  const { history, onOpen } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  return (
    <div className={classes.head}>
      <Typography variant="h6" component="h3" className={classes.title}>
        <MetricName metric={history.metric} dataset={history.dataset} />
      </Typography>
      <Button
        size="small"
        onClick={onOpen}
        aria-label={t('history.openOf', { metric: historyKey(history) })}
      >
        {t('history.open')}
      </Button>
      <Typography
        color="textSecondary"
        variant="body2"
        className={classes.notes}
      >
        <Notes history={history} />
      </Typography>
    </div>
  );
}

function Notes({ history }: { history: MetricHistory }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const language = useLanguage();
  const { gate, higherIsBetter, unit } = history;
  const limit = (value: number) => ({
    limit: formatMetric(value, unit, language),
  });
  const notes = [
    higherIsBetter !== undefined &&
      t(
        higherIsBetter
          ? 'evaluations.higherIsBetter'
          : 'evaluations.lowerIsBetter',
      ),
    gate?.min !== undefined && t('evaluations.gateMin', limit(gate.min)),
    gate?.max !== undefined && t('evaluations.gateMax', limit(gate.max)),
    gate?.min === undefined &&
      gate?.max === undefined &&
      t('evaluations.noGate'),
  ];
  return <>{notes.filter(Boolean).join(' · ')}</>;
}
