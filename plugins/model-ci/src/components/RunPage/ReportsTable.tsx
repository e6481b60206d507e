import { useState } from 'react';
import Button from '@material-ui/core/Button';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import VisibilityIcon from '@material-ui/icons/VisibilityOutlined';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { ReportSummary } from '@model-ci/backstage-plugin-model-ci-common';
import { useTableStyles } from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import { DownloadFileButton, FileDialog } from '../Artifacts';
import { Digest } from '../common';

/** Reports as they were written, each to be opened and downloaded. */
export function ReportsTable(props: {
  reports: Array<{ stage?: string; instance?: string; report: ReportSummary }>;
}) {
  const { reports } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const describe = useDescribeContent();
  const [opened, open] = useState<ReportSummary>();
  const withStages = reports.some(({ stage }) => stage !== undefined);
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('run.reports.caption')}</caption>
        <TableHead>
          <TableRow>
            {withStages && <TableCell>{t('run.gates.column.stage')}</TableCell>}
            <TableCell>{t('run.reports.column.kind')}</TableCell>
            <TableCell>{t('run.reports.column.path')}</TableCell>
            <TableCell>{t('run.reports.column.content')}</TableCell>
            <TableCell>{t('run.artifacts.column.digest')}</TableCell>
            <TableCell align="right">
              {t('run.artifacts.column.actions')}
            </TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {reports.map(({ stage, instance, report }) => (
            <TableRow
              key={JSON.stringify([stage, instance, report.kind, report.path])}
            >
              {withStages && (
                <TableCell>
                  {stage}
                  {instance !== undefined && (
                    <div className={classes.muted}>{instance}</div>
                  )}
                </TableCell>
              )}
              <TableCell>{report.kind}</TableCell>
              <TableCell className={classes.code}>{report.path}</TableCell>
              <TableCell>{describe(report)}</TableCell>
              <TableCell>
                <Digest digest={report.digest} />
              </TableCell>
              <TableCell align="right" className={classes.nowrap}>
                <Button
                  size="small"
                  startIcon={<VisibilityIcon />}
                  aria-label={t('files.openLabel', { name: report.path })}
                  onClick={() => open(report)}
                >
                  {t('files.open')}
                </Button>
                <DownloadFileButton file={{ ...report, packed: false }} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {opened && (
        <FileDialog
          file={{ digest: opened.digest, path: opened.path, packed: false }}
          onClose={() => open(undefined)}
        />
      )}
    </div>
  );
}

/** What was read from a report, in a few words. */
function useDescribeContent() {
  const { t } = useTranslationRef(modelCiTranslationRef);
  return (report: ReportSummary): string => {
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
}
