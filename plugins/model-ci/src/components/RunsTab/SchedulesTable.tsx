import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { Schedule } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ExactTime,
  ReasonText,
  Timestamp,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import { ParametersText, StatusBadge } from '../common';
import { RunLink } from '../runs';

/** The times at which runs start, each with its next run, its last one, and what went wrong. */
export function SchedulesTable(props: {
  schedules: Schedule[];
  isPaused: boolean;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('schedules.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('schedules.column.name')}</TableCell>
            <TableCell>{t('schedules.column.times')}</TableCell>
            <TableCell>{t('schedules.column.runs')}</TableCell>
            <TableCell>{t('schedules.column.next')}</TableCell>
            <TableCell>{t('schedules.column.last')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {props.schedules.map(schedule => (
            <TableRow key={schedule.name}>
              <TableCell className={classes.nowrap}>{schedule.name}</TableCell>
              <TableCell className={classes.nowrap}>
                <code>{schedule.cron}</code>
                <div className={classes.muted}>{schedule.timezone}</div>
              </TableCell>
              <TableCell className={classes.roomy}>
                {schedule.branch ?? t('schedules.defaultBranch')}
                <div className={classes.muted}>
                  <ParametersText parameters={schedule.parameters} />
                </div>
              </TableCell>
              <TableCell className={classes.roomy}>
                <Next schedule={schedule} isPaused={props.isPaused} />
              </TableCell>
              <TableCell className={classes.roomy}>
                <Last schedule={schedule} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

function Next(props: { schedule: Schedule; isPaused: boolean }) {
  const { nextAt, triedAt } = props.schedule;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  if (props.isPaused) {
    return <>{t('schedules.paused')}</>;
  }
  return (
    <>
      <ExactTime time={nextAt} />
      {triedAt && (
        <div className={classes.muted}>
          {t('schedules.triedAt')} <ExactTime time={triedAt} />
        </div>
      )}
    </>
  );
}

function Last({ schedule }: { schedule: Schedule }) {
  const { lastAt, lastRun, problem } = schedule;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  return (
    <>
      {lastRun && (
        <div>
          <RunLink runId={lastRun.id} number={lastRun.number} />{' '}
          <StatusBadge status={lastRun.status} />
        </div>
      )}
      {lastAt ? (
        <div className={classes.muted}>
          <Timestamp time={lastAt} />
        </div>
      ) : (
        t('schedules.never')
      )}
      {problem && (
        <div className={classes.muted}>
          <ReasonText reason={problem} />
        </div>
      )}
    </>
  );
}
