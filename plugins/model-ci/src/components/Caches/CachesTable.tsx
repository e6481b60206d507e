import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { PipelineCache } from '@model-ci/backstage-plugin-model-ci-common';
import {
  Timestamp,
  useLanguage,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { formatBytes } from '../../format';
import { modelCiTranslationRef } from '../../translation';
import { RunLink } from '../runs/RunLink';

/** Each cache with its branch, its size, and the run that kept it. */
export function CachesTable({ caches }: { caches: PipelineCache[] }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const language = useLanguage();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('caches.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('caches.column.name')}</TableCell>
            <TableCell>{t('caches.column.branch')}</TableCell>
            <TableCell>{t('caches.column.size')}</TableCell>
            <TableCell>{t('caches.column.run')}</TableCell>
            <TableCell>{t('caches.column.at')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {caches.map(cache => (
            <TableRow key={cache.id}>
              <TableCell>
                <code>{cache.name}</code>
              </TableCell>
              <TableCell>{cache.branch}</TableCell>
              <TableCell className={classes.nowrap}>
                {formatBytes(cache.size, language)}
              </TableCell>
              <TableCell>
                <RunLink runId={cache.runId} number={cache.runNumber} />
              </TableCell>
              <TableCell>
                <Timestamp time={cache.createdAt} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
