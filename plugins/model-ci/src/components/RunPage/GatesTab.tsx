import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { RunStage } from '@model-ci/backstage-plugin-model-ci-common';
import { modelCiTranslationRef } from '../../translation';
import { GatePlanTable, Loosenings } from './gates/GatePlanTable';
import { GatesTable } from './gates/GatesTable';
import { ReportsTable } from './ReportsTable';
import { StageMetrics } from './StageMetrics';

const useStyles = makeStyles(theme => ({
  title: { marginTop: theme.spacing(3) },
}));

interface OfStage {
  runId: string;
  stage: RunStage;
}

/** What was demanded of a stage's metrics and what came of it, all that it measured, and the reports that it wrote. */
export function GatesTab({ runId, stage }: OfStage) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  return (
    <>
      <Gates runId={runId} stage={stage} />
      {stage.metrics && stage.metrics.length > 0 && (
        <>
          <Typography
            variant="subtitle1"
            component="h3"
            className={classes.title}
          >
            {t('version.metrics.title')}
          </Typography>
          <StageMetrics metrics={stage.metrics} />
        </>
      )}
      <Typography variant="subtitle1" component="h3" className={classes.title}>
        {t('run.reports.title')}
      </Typography>
      {stage.reports.length > 0 ? (
        <ReportsTable reports={stage.reports.map(report => ({ report }))} />
      ) : (
        <Typography color="textSecondary">{t('run.reports.empty')}</Typography>
      )}
    </>
  );
}

/** Whether there is anything to say of gates, of now or before. */
export function hasGates({ gates, gatePlan }: RunStage): boolean {
  const { gates: planned = [], removed = [], loosened = [] } = gatePlan ?? {};
  return [gates, planned, removed, loosened].some(({ length }) => length > 0);
}

/** Their verdicts, or what they will demand while there are none. */
export function Gates({ runId, stage: { gates, gatePlan } }: OfStage) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const isPlanned = gates.length === 0 && (gatePlan?.gates ?? []).length > 0;
  return (
    <>
      {gates.length > 0 && <GatesTable gates={gates} of={{ runId }} />}
      {isPlanned && gatePlan && <GatePlanTable plan={gatePlan} />}
      {gates.length === 0 && !isPlanned && (
        <Typography color="textSecondary">{t('run.gates.empty')}</Typography>
      )}
      {gatePlan && <Loosenings plan={gatePlan} />}
    </>
  );
}
