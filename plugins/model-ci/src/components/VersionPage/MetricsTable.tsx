import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { Evaluation } from '@model-ci/backstage-plugin-model-ci-common';
import {
  useLanguage,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import { MetricValue } from '../metrics';

/** The metrics of a version, each on the data that it was measured on. */
export function MetricsTable({ metrics }: { metrics: Evaluation[] }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const language = useLanguage();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('version.metrics.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('version.metrics.metric')}</TableCell>
            <TableCell>{t('version.metrics.dataset')}</TableCell>
            <TableCell align="right">{t('version.metrics.value')}</TableCell>
            <TableCell align="right">{t('version.metrics.stderr')}</TableCell>
            <TableCell align="right">{t('version.metrics.n')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {metrics.map(({ stage, instance, metric, dataset, ...measured }) => (
            <TableRow key={JSON.stringify([stage, instance, metric, dataset])}>
              <TableCell>{metric}</TableCell>
              <TableCell>{dataset}</TableCell>
              <TableCell align="right" className={classes.nowrap}>
                {measured.value === undefined ? (
                  t('evaluations.notMeasured')
                ) : (
                  <MetricValue value={measured.value} unit={measured.unit} />
                )}
              </TableCell>
              <TableCell align="right" className={classes.nowrap}>
                {measured.stderr === undefined ? (
                  '–'
                ) : (
                  <MetricValue value={measured.stderr} />
                )}
              </TableCell>
              <TableCell align="right" className={classes.nowrap}>
                {measured.n?.toLocaleString(language) ?? '–'}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
