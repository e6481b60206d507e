import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { StageMetric } from '@model-ci/backstage-plugin-model-ci-common';
import {
  useLanguage,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import { MetricValue } from '../metrics';

/** All that a stage reported of whole data sets, whether gates ask for it or not. */
export function StageMetrics({ metrics }: { metrics: StageMetric[] }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const language = useLanguage();
  const shown = (value: number | undefined, unit?: string) =>
    value === undefined ? '–' : <MetricValue value={value} unit={unit} />;
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('run.metrics.caption')}</caption>
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
          {metrics.map(({ metric, dataset, value, stderr, n, unit }) => (
            <TableRow key={JSON.stringify([metric, dataset])}>
              <TableCell>{metric}</TableCell>
              <TableCell>{dataset}</TableCell>
              <TableCell align="right" className={classes.nowrap}>
                {value === undefined
                  ? t('evaluations.notMeasured')
                  : shown(value, unit)}
              </TableCell>
              <TableCell align="right" className={classes.nowrap}>
                {shown(stderr)}
              </TableCell>
              <TableCell align="right" className={classes.nowrap}>
                {n?.toLocaleString(language) ?? '–'}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
