import Checkbox from '@material-ui/core/Checkbox';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { useTheme } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { MetricHistory } from '@model-ci/backstage-plugin-model-ci-common';
import {
  Timestamp,
  useLanguage,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { formatMetric } from '../../format';
import { commitUrl } from '../../sourceUrls';
import { toneColor } from '../../status';
import { modelCiTranslationRef } from '../../translation';
import { CommitLink } from '../common';
import { RunLink } from '../runs';
import { historyKey, keepsGate, type EvaluationRow } from './points';

/** All metrics of each version or run; versions can be chosen to be compared. */
export function EvaluationsTable(props: {
  histories: MetricHistory[];
  rows: EvaluationRow[];
  sourceUrl?: string;
  compared: number[];
  onCompare: (versions: number[]) => void;
}) {
  const { histories, rows, sourceUrl, compared, onCompare } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const theme = useTheme();
  const language = useLanguage();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('evaluations.table.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('evaluations.table.what')}</TableCell>
            <TableCell>{t('evaluations.table.run')}</TableCell>
            <TableCell>{t('evaluations.table.commit')}</TableCell>
            {histories.map(history => (
              <TableCell key={historyKey(history)} align="right">
                {historyKey(history)}
              </TableCell>
            ))}
            <TableCell>{t('evaluations.table.at')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map(row => (
            <TableRow key={row.runId}>
              <TableCell className={classes.nowrap}>
                {row.version === undefined ? (
                  <span className={classes.muted}>
                    {t('evaluations.table.noVersion')}
                  </span>
                ) : (
                  <VersionChoice
                    version={row.version}
                    chosen={compared}
                    onChange={onCompare}
                  />
                )}
              </TableCell>
              <TableCell>
                <RunLink runId={row.runId} number={row.runNumber} />
              </TableCell>
              <TableCell>
                {row.commit && (
                  <CommitLink
                    commit={row.commit}
                    url={commitUrl(sourceUrl, row.commit)}
                  />
                )}
              </TableCell>
              {histories.map(history => {
                const point = row.values.get(historyKey(history));
                return (
                  <TableCell
                    key={historyKey(history)}
                    align="right"
                    className={classes.nowrap}
                    style={
                      point && !keepsGate(point.value, history.gate)
                        ? { color: toneColor(theme, 'bad') }
                        : undefined
                    }
                    title={
                      point && !keepsGate(point.value, history.gate)
                        ? t('evaluations.outside')
                        : undefined
                    }
                  >
                    {point
                      ? formatMetric(point.value, history.unit, language)
                      : '–'}
                  </TableCell>
                );
              })}
              <TableCell className={classes.nowrap}>
                <Timestamp time={row.at} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

function VersionChoice(props: {
  version: number;
  chosen: number[];
  onChange: (versions: number[]) => void;
}) {
  const { version, chosen, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const name = String(version);
  return (
    <label>
      <Checkbox
        size="small"
        checked={chosen.includes(version)}
        onChange={event =>
          onChange(
            event.target.checked
              ? [...chosen, version]
              : chosen.filter(other => other !== version),
          )
        }
        inputProps={{
          'aria-label': t('evaluations.table.select', { version: name }),
        }}
      />
      {t('evaluations.versionLabel', { version: name })}
    </label>
  );
}
