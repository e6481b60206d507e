import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  Evaluation,
  GateResult,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  useLanguage,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import { VERDICT_LOOKS } from '../../status';
import { ToneBadge } from '../common';
import { MetricValue } from '../metrics';
import { verdictOf } from './verdictOf';

/** The metrics of a version, each on the data that it was measured on: those first that gates judged, with what they said. */
export function MetricsTable(props: {
  metrics: Evaluation[];
  gates: GateResult[];
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const language = useLanguage();
  const judged = props.metrics.map(metric => ({
    ...metric,
    verdict: verdictOf(metric, props.gates),
  }));
  const metrics = [
    ...judged.filter(({ verdict }) => verdict !== undefined),
    ...judged.filter(({ verdict }) => verdict === undefined),
  ];
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('version.metrics.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('run.gates.column.verdict')}</TableCell>
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
              <TableCell className={classes.nowrap}>
                {measured.verdict === undefined ? (
                  '–'
                ) : (
                  <ToneBadge
                    {...VERDICT_LOOKS[measured.verdict]}
                    label={t(`run.gates.verdict.${measured.verdict}`)}
                  />
                )}
              </TableCell>
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
