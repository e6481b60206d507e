import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import type { QueueEntry } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ReasonText,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import { Duration } from '../common';
import { RunLink } from '../runs';

/** Stages that wait for a node: how long already, behind how many, and why. */
export function QueueTable(props: { entries: QueueEntry[] }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('nodes.queue.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('nodes.queue.column.position')}</TableCell>
            <TableCell>{t('nodes.queue.column.pipeline')}</TableCell>
            <TableCell>{t('nodes.queue.column.run')}</TableCell>
            <TableCell>{t('nodes.queue.column.stage')}</TableCell>
            <TableCell>{t('nodes.queue.column.executor')}</TableCell>
            <TableCell>{t('nodes.queue.column.waiting')}</TableCell>
            <TableCell>{t('nodes.queue.column.reason')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {props.entries.map(entry => (
            <TableRow key={`${entry.runId} ${entry.stage}`}>
              <TableCell>{entry.ahead + 1}</TableCell>
              <TableCell>
                <EntityRefLink entityRef={entry.pipelineRef} hideIcon />
              </TableCell>
              <TableCell>
                <RunLink runId={entry.runId} number={entry.runNumber} />
              </TableCell>
              <TableCell className={classes.code}>{entry.stage}</TableCell>
              <TableCell>{entry.executor}</TableCell>
              <TableCell>
                <Duration startedAt={entry.since} />
              </TableCell>
              <TableCell>
                <ReasonText reason={entry.reason} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
