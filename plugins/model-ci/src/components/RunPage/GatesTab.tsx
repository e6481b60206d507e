import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  ReportSummary,
  RunStage,
} from '@model-ci/backstage-plugin-model-ci-common';
import { useTableStyles } from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import { Digest } from '../common';
import { GatePlanTable, Loosenings } from './gates/GatePlanTable';
import { GatesTable } from './gates/GatesTable';
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
        <ReportsTable reports={stage.reports} />
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

function ReportsTable({ reports }: { reports: ReportSummary[] }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const content = (report: ReportSummary): string => {
    switch (report.kind) {
      case 'junit':
        return t('run.reports.junit', {
          tests: report.tests,
          failures: report.failures,
          errors: report.errors,
          skipped: report.skipped,
        });
      case 'metrics':
        return [
          t('run.reports.metrics', { count: report.metrics }),
          ...(report.leftOut
            ? [t('run.reports.leftOut', { count: report.leftOut })]
            : []),
        ].join(', ');
      case 'lm-eval':
        return report.metrics === undefined
          ? t('run.reports.examples', { count: report.examples ?? 0 })
          : t('run.reports.metrics', { count: report.metrics });
      case 'series':
        return [
          t('run.reports.steps', { count: report.steps }),
          t('run.reports.metrics', { count: report.metrics }),
          ...(report.metricsLeftOut
            ? [
                t('run.reports.metricsLeftOut', {
                  count: report.metricsLeftOut,
                }),
              ]
            : []),
          ...(report.leftOut
            ? [t('run.reports.leftOut', { count: report.leftOut })]
            : []),
        ].join(', ');
      default:
        return [
          t('run.reports.predictions', { count: report.predictions }),
          ...(report.slices
            ? [t('run.reports.slices', { count: report.slices })]
            : []),
          ...(report.slicesLeftOut
            ? [t('run.reports.slicesLeftOut', { count: report.slicesLeftOut })]
            : []),
        ].join(', ');
    }
  };
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('run.reports.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('run.reports.column.kind')}</TableCell>
            <TableCell>{t('run.reports.column.path')}</TableCell>
            <TableCell>{t('run.reports.column.content')}</TableCell>
            <TableCell>{t('run.artifacts.column.digest')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {reports.map(report => (
            <TableRow key={`${report.kind} ${report.path}`}>
              <TableCell>{report.kind}</TableCell>
              <TableCell className={classes.code}>{report.path}</TableCell>
              <TableCell>{content(report)}</TableCell>
              <TableCell>
                <Digest digest={report.digest} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
