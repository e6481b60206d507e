import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import CancelIcon from '@material-ui/icons/Cancel';
import CheckCircleIcon from '@material-ui/icons/CheckCircle';
import HelpIcon from '@material-ui/icons/Help';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  GateResult,
  ReportSummary,
  RunStage,
  Verdict,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { ComponentType } from 'react';
import type { SvgIconProps } from '@material-ui/core/SvgIcon';
import {
  ReasonText,
  useLanguage,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { formatMetric } from '../../format';
import type { Tone } from '../../status';
import { modelCiTranslationRef } from '../../translation';
import { Digest, ToneBadge } from '../common';

const VERDICTS: Record<
  Verdict,
  { icon: ComponentType<SvgIconProps>; tone: Tone }
> = {
  pass: { icon: CheckCircleIcon, tone: 'good' },
  fail: { icon: CancelIcon, tone: 'bad' },
  inconclusive: { icon: HelpIcon, tone: 'broken' },
};

const useStyles = makeStyles(theme => ({
  title: { marginTop: theme.spacing(3) },
}));

/** What was demanded of a stage's metrics and what came of it, and the reports that it wrote. */
export function GatesTab({ stage }: { stage: RunStage }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  return (
    <>
      {stage.gates.length > 0 ? (
        <GatesTable gates={stage.gates} />
      ) : (
        <Typography color="textSecondary">{t('run.gates.empty')}</Typography>
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

/** Verdicts with what was demanded. */
export function GatesTable({ gates }: { gates: GateResult[] }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const language = useLanguage();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('run.gates.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('run.gates.column.verdict')}</TableCell>
            <TableCell>{t('run.gates.column.metric')}</TableCell>
            <TableCell>{t('run.gates.column.rule')}</TableCell>
            <TableCell>{t('run.gates.column.value')}</TableCell>
            <TableCell>{t('run.gates.column.message')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {gates.map((gate, index) => (
            <TableRow key={index}>
              <TableCell>
                <ToneBadge
                  {...VERDICTS[gate.verdict]}
                  label={t(`run.gates.verdict.${gate.verdict}`)}
                />
              </TableCell>
              <TableCell>
                {gate.metric}{' '}
                {gate.dataset && (
                  <span className={classes.muted}>
                    {t('run.gates.onDataset', { dataset: gate.dataset })}
                  </span>
                )}
              </TableCell>
              <TableCell className={classes.nowrap}>{ruleText(gate)}</TableCell>
              <TableCell className={classes.nowrap}>
                {gate.value === undefined
                  ? t('run.gates.noValue')
                  : formatMetric(gate.value, undefined, language)}
              </TableCell>
              <TableCell>
                <ReasonText reason={gate.reason} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

/** `≥ 0.8`, `≤ 30`, or both. */
function ruleText({ demand: { min, max } }: GateResult): string {
  return [
    min === undefined ? '' : `≥ ${min}`,
    max === undefined ? '' : `≤ ${max}`,
  ]
    .filter(Boolean)
    .join(', ');
}

function ReportsTable({ reports }: { reports: ReportSummary[] }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const content = (report: ReportSummary): string => {
    switch (report.kind) {
      case 'junit':
        return t('run.reports.junit', {
          tests: String(report.tests),
          failures: String(report.failures),
          errors: String(report.errors),
          skipped: String(report.skipped),
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
