import Button from '@material-ui/core/Button';
import Paper from '@material-ui/core/Paper';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  Evaluation,
  MetricHistories,
  MetricHistory,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  EmptyState,
  useLanguage,
} from '@model-ci/backstage-plugin-model-ci-react';
import { useMetricHistories, usePipeline, useUrlState } from '../../../hooks';
import { modelCiTranslationRef } from '../../../translation';
import { ResourceView, Select } from '../../common';
import { parseVersions } from '../versions';
import { EvaluationsTable } from './EvaluationsTable';
import { MetricGrid } from './MetricGrid';
import {
  evaluationRows,
  gatedFirst,
  pointsInScope,
  type Scope,
} from './points';

const useStyles = makeStyles(theme => ({
  head: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(2),
    alignItems: 'flex-end',
    marginBottom: theme.spacing(2),
  },
  table: { marginTop: theme.spacing(2) },
}));

/** Every metric of a pipeline over its versions: small charts, and a table with all of them to choose versions from. */
export function Metrics(props: { pipelineRef: string }) {
  const { pipelineRef } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const histories = useMetricHistories(pipelineRef);
  return (
    <ResourceView resource={histories}>
      {({ items, cut }) =>
        items.length === 0 ? (
          <EmptyState
            title={t('evaluations.empty.title')}
            description={t('evaluations.empty.description')}
          />
        ) : (
          <>
            {cut && <Cut {...cut} />}
            <Histories pipelineRef={pipelineRef} histories={items} />
          </>
        )
      }
    </ResourceView>
  );
}

/** That not all metrics are shown, and how many there are. */
function Cut({ shown, total, more }: NonNullable<MetricHistories['cut']>) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const language = useLanguage();
  const number = (value: number) => value.toLocaleString(language);
  return (
    <Typography variant="body2" color="textSecondary" gutterBottom>
      {t(more ? 'evaluations.cutAtLeast' : 'evaluations.cut', {
        shown: number(shown),
        total: number(total),
      })}
    </Typography>
  );
}

function Histories(props: { pipelineRef: string; histories: MetricHistory[] }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const { params, set } = useUrlState();
  const scope: Scope = params.get('scope') === 'runs' ? 'runs' : 'versions';
  const shown = gatedFirst(props.histories).filter(
    history => pointsInScope(history, scope).length > 0,
  );
  return (
    <>
      <div className={classes.head}>
        <ScopeSelect
          scope={scope}
          onChange={chosen =>
            set({ scope: chosen === 'runs' ? 'runs' : undefined })
          }
        />
      </div>
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
  return (
    <Select
      label={t('evaluations.scope.label')}
      value={props.scope}
      onChange={props.onChange}
    >
      <option value="versions">{t('evaluations.scope.versions')}</option>
      <option value="runs">{t('evaluations.scope.runs')}</option>
    </Select>
  );
}

function HistoriesInScope(props: {
  pipelineRef: string;
  histories: MetricHistory[];
  scope: Scope;
}) {
  const { pipelineRef, histories, scope } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const { params, set } = useUrlState();
  const pipeline = usePipeline(pipelineRef).data;
  const compared = parseVersions(params.get('compare'));
  const open = ({ metric, dataset }: MetricHistory, point?: Evaluation) =>
    set(
      {
        view: 'history',
        metric,
        dataset,
        point: point && `${point.runId} ${point.stage}`,
      },
      { replace: false },
    );
  return (
    <>
      <MetricGrid histories={histories} scope={scope} onOpen={open} />
      <Paper className={classes.table}>
        <EvaluationsTable
          pipelineRef={pipelineRef}
          histories={histories}
          rows={evaluationRows(histories, scope)}
          sourceUrl={pipeline?.sourceUrl}
          deployed={pipeline?.deployed ?? []}
          compared={compared}
          onCompare={versions =>
            // The oldest is what the others are compared with.
            set({
              compare:
                [...versions].sort((a, b) => a - b).join(',') || undefined,
            })
          }
          action={
            <Button
              size="small"
              variant="contained"
              color="primary"
              disabled={compared.length < 2}
              title={compared.length < 2 ? t('compare.hint') : undefined}
              onClick={() => set({ view: 'compare' }, { replace: false })}
            >
              {t('compare.open', { count: compared.length })}
            </Button>
          }
        />
      </Paper>
    </>
  );
}
