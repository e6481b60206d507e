import { makeStyles, useTheme } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  MetricDifference,
  MetricTrend,
  MetricTrends as Trends,
} from '@model-ci/backstage-plugin-model-ci-common';
import { useLanguage } from '@model-ci/backstage-plugin-model-ci-react';
import { formatMetric } from '../../format';
import { useTrends } from '../../hooks';
import { DIFFERENCE_TONES, toneColor, VERDICT_LOOKS } from '../../status';
import { modelCiTranslationRef } from '../../translation';
import { ResourceView } from '../common';
import { usePointVerdictText } from '../gates/usePointVerdictText';
import { MetricValue } from '../metrics';
import { Sparkline } from './Sparkline';

const useStyles = makeStyles(theme => ({
  muted: { color: theme.palette.text.secondary },
  list: {
    display: 'grid',
    gridTemplateColumns: 'minmax(60px, auto) auto 1fr',
    columnGap: theme.spacing(2),
    rowGap: theme.spacing(0.5),
    alignItems: 'center',
    margin: 0,
    padding: 0,
    listStyle: 'none',
    '& li': { display: 'contents' },
  },
  name: {
    color: theme.palette.text.secondary,
    overflowWrap: 'anywhere',
  },
  value: { fontVariantNumeric: 'tabular-nums' },
}));

/** Small charts of the main metrics over the newest versions, with the change against what serves, or the champion. */
export function MetricTrends({ pipelineRef }: { pipelineRef: string }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const trends = useTrends(pipelineRef);
  return (
    <ResourceView resource={trends}>
      {data =>
        data.metrics.length === 0 ? (
          <span className={classes.muted}>{t('overview.noMetrics')}</span>
        ) : (
          <>
            <ul className={classes.list}>
              {data.metrics.map(trend => (
                <Trend key={`${trend.metric} ${trend.dataset}`} trend={trend} />
              ))}
            </ul>
            <Against trends={data} />
          </>
        )
      }
    </ResourceView>
  );
}

/** What the changes are against. */
function Against({ trends: { version, reference } }: { trends: Trends }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const isNewest = reference?.version === version;
  const text = () => {
    switch (reference?.type) {
      case 'environment': {
        const { environment } = reference;
        return isNewest
          ? t('overview.newestServes', { environment })
          : t('overview.against', {
              environment,
              version: String(reference.version),
            });
      }
      case 'champion':
        return isNewest
          ? t('overview.newestIsChampion')
          : t('overview.againstChampion', {
              version: String(reference.version),
            });
      default:
        return t('overview.nothingServes');
    }
  };
  return <div className={classes.muted}>{text()}</div>;
}

function Trend({ trend }: { trend: MetricTrend }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const language = useLanguage();
  const { metric, dataset, unit, values, difference } = trend;
  const last = values.at(-1);
  return (
    <li>
      <span
        className={classes.name}
        title={dataset && t('metric.onDataset', { dataset })}
      >
        {metric}
      </span>
      <Sparkline
        values={values.map(({ value }) => value)}
        label={t('overview.trend', {
          metric,
          values: values
            .map(
              ({ version, value }) =>
                `v${version} ${formatMetric(value, undefined, language)}`,
            )
            .join(', '),
        })}
      />
      <span className={classes.value}>
        {last && <MetricValue value={last.value} unit={unit} />}{' '}
        <GateMark trend={trend} />{' '}
        {difference && <ChangeText difference={difference} />}
      </span>
    </li>
  );
}

/** What the gates said of the newest value: the gravest verdict, and on being pointed at, each of them. */
function GateMark({ trend: { gate, unit } }: { trend: MetricTrend }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const theme = useTheme();
  const describe = usePointVerdictText();
  if (!gate) {
    return null;
  }
  const label = t('overview.gate', {
    verdict: t(`history.verdict.${gate.verdict}`),
  });
  const verdicts = gate.verdicts.map(said => {
    const { word, rule } = describe(said, unit);
    return `${word}: ${rule}`;
  });
  const { sign, tone } = VERDICT_LOOKS[gate.verdict];
  return (
    <span
      role="img"
      aria-label={label}
      title={verdicts.join('\n')}
      style={{ color: toneColor(theme, tone) }}
    >
      {sign}
    </span>
  );
}

/** How the newest version stands to the one that it is compared with, and whether that is more than chance. */
function ChangeText({ difference }: { difference: MetricDifference }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const theme = useTheme();
  const change = difference.candidate - difference.baseline;
  const word =
    difference.verdict === 'none'
      ? t('overview.noInterval')
      : t(`difference.${difference.verdict}`);
  return (
    <span
      style={{ color: toneColor(theme, DIFFERENCE_TONES[difference.verdict]) }}
    >
      <MetricValue value={change} signed /> {word}
    </span>
  );
}
