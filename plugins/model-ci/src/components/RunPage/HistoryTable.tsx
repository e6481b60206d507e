import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { HistoryEntry } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ExactTime,
  ReasonText,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import { StatusBadge, UserLink } from '../common';

/** Every change of state of a run, its stages and their attempts. */
export function HistoryTable({ history }: { history: HistoryEntry[] }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('run.history.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('run.history.column.at')}</TableCell>
            <TableCell>{t('run.history.column.subject')}</TableCell>
            <TableCell>{t('run.history.column.change')}</TableCell>
            <TableCell>{t('run.history.column.by')}</TableCell>
            <TableCell>{t('run.history.column.reason')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {history.map((entry, index) => (
            // The history only ever grows at its end, and two of its entries may be alike.
            // eslint-disable-next-line react/no-array-index-key
            <TableRow key={index}>
              <TableCell className={classes.nowrap}>
                <ExactTime time={entry.at} />
              </TableCell>
              <TableCell className={classes.nowrap}>
                {t(`run.history.subject.${entry.subject}`, {
                  stage: entry.stage ?? '',
                  attempt: String(entry.attempt ?? ''),
                })}
              </TableCell>
              <TableCell className={classes.nowrap}>
                {entry.from && (
                  <>
                    <StatusBadge status={entry.from} still />
                    {' → '}
                  </>
                )}
                <StatusBadge status={entry.to} still />
              </TableCell>
              <TableCell>
                {entry.by ? (
                  <UserLink entityRef={entry.by} />
                ) : (
                  <span className={classes.muted}>{t('common.platform')}</span>
                )}
              </TableCell>
              <TableCell>
                {entry.reason && <ReasonText reason={entry.reason} />}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
