import FormControl from '@material-ui/core/FormControl';
import Grid from '@material-ui/core/Grid';
import InputLabel from '@material-ui/core/InputLabel';
import NativeSelect from '@material-ui/core/NativeSelect';
import Paper from '@material-ui/core/Paper';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useId } from 'react';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { MetricHistory } from '@model-ci/backstage-plugin-model-ci-common';
import {
  EmptyState,
  useLanguage,
} from '@model-ci/backstage-plugin-model-ci-react';
import { formatMetric } from '../../format';
import { useMetricHistories, usePipeline, useUrlState } from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import { ResourceView } from '../common';
import { Comparison } from './Comparison';
import { EvaluationsTable } from './EvaluationsTable';
import { MetricChart } from './MetricChart';
import {
  evaluationRows,
  historyKey,
  pointsInScope,
  type Scope,
} from './points';

const useStyles = makeStyles(theme => ({
  scope: { marginBottom: theme.spacing(2) },
  chart: { padding: theme.spacing(2), height: '100%' },
  chartHead: {
    display: 'flex',
    flexWrap: 'wrap',
    justifyContent: 'space-between',
    alignItems: 'baseline',
    columnGap: theme.spacing(2),
  },
}));

/** Each metric of a pipeline over its versions: a chart with the metric's gate, and a table with all of them. */
export function Evaluations(props: { pipelineRef: string }) {
  const { pipelineRef } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const histories = useMetricHistories(pipelineRef);
  return (
    <ResourceView resource={histories}>
      {items =>
        items.length === 0 ? (
          <EmptyState
            title={t('evaluations.empty.title')}
            description={t('evaluations.empty.description')}
          />
        ) : (
          <Histories pipelineRef={pipelineRef} histories={items} />
        )
      }
    </ResourceView>
  );
}

function Histories(props: { pipelineRef: string; histories: MetricHistory[] }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const { params, set } = useUrlState();
  const scope: Scope = params.get('scope') === 'runs' ? 'runs' : 'versions';
  const shown = props.histories.filter(
    history => pointsInScope(history, scope).length > 0,
  );
  return (
    <>
      <ScopeSelect
        scope={scope}
        onChange={chosen =>
          set({ scope: chosen === 'runs' ? 'runs' : undefined })
        }
      />
      {shown.length === 0 ? (
        <EmptyState
          title={t('evaluations.noVersions.title')}
          description={t('evaluations.noVersions.description')}
        />
      ) : (
        <HistoriesInScope {...props} histories={shown} scope={scope} />
      )}
    </>
  );
}

function ScopeSelect(props: {
  scope: Scope;
  onChange: (scope: string) => void;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const id = useId();
  return (
    <FormControl className={classes.scope}>
      <InputLabel htmlFor={id}>{t('evaluations.scope.label')}</InputLabel>
      <NativeSelect
        id={id}
        value={props.scope}
        onChange={event => props.onChange(event.target.value)}
      >
        <option value="versions">{t('evaluations.scope.versions')}</option>
        <option value="runs">{t('evaluations.scope.runs')}</option>
      </NativeSelect>
    </FormControl>
  );
}

function HistoriesInScope(props: {
  pipelineRef: string;
  histories: MetricHistory[];
  scope: Scope;
}) {
  const { pipelineRef, histories, scope } = props;
  const classes = useStyles();
  const { params, set } = useUrlState();
  const sourceUrl = usePipeline(pipelineRef).data?.sourceUrl;
  const compared = parseVersions(params.get('compare'));
  return (
    <Grid container spacing={2}>
      {histories.map(history => (
        <Grid item xs={12} md={6} key={historyKey(history)}>
          <Paper className={classes.chart}>
            <ChartHead history={history} />
            <MetricChart
              history={history}
              points={pointsInScope(history, scope)}
            />
          </Paper>
        </Grid>
      ))}
      <Grid item xs={12}>
        <Paper>
          <EvaluationsTable
            histories={histories}
            rows={evaluationRows(histories, scope)}
            sourceUrl={sourceUrl}
            compared={compared}
            onCompare={versions =>
              set({ compare: versions.join(',') || undefined })
            }
          />
        </Paper>
      </Grid>
      {compared.length > 0 && (
        <Grid item xs={12}>
          <Comparison
            pipelineRef={pipelineRef}
            versions={compared}
            onClear={() => set({ compare: undefined })}
          />
        </Grid>
      )}
    </Grid>
  );
}

function ChartHead({ history }: { history: MetricHistory }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const language = useLanguage();
  const { gate, higherIsBetter, unit } = history;
  const notes: string[] = [];
  if (higherIsBetter !== undefined) {
    notes.push(
      t(
        higherIsBetter
          ? 'evaluations.higherIsBetter'
          : 'evaluations.lowerIsBetter',
      ),
    );
  }
  if (gate?.min !== undefined) {
    notes.push(
      t('evaluations.gateMin', {
        limit: formatMetric(gate.min, unit, language),
      }),
    );
  }
  if (gate?.max !== undefined) {
    notes.push(
      t('evaluations.gateMax', {
        limit: formatMetric(gate.max, unit, language),
      }),
    );
  }
  if (gate?.min === undefined && gate?.max === undefined) {
    notes.push(t('evaluations.noGate'));
  }
  return (
    <div className={classes.chartHead}>
      <Typography variant="h6" component="h3">
        {history.metric}
        {history.dataset !== undefined && (
          <Typography component="span" color="textSecondary">
            {' '}
            {t('metric.onDataset', { dataset: history.dataset })}
          </Typography>
        )}
      </Typography>
      <Typography color="textSecondary" variant="body2">
        {notes.join(' · ')}
      </Typography>
    </div>
  );
}

/** At most eight versions out of the URL, in which anybody can write anything. */
function parseVersions(text: string | null): number[] {
  const versions = (text ?? '')
    .split(',')
    .map(Number)
    .filter(version => Number.isSafeInteger(version) && version > 0);
  return [...new Set(versions)].slice(0, 8);
}
