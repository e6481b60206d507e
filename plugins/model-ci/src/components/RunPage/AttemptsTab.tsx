import Button from '@material-ui/core/Button';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  EXTERNAL_EXECUTOR,
  type RunStage,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  EmptyState,
  ReasonText,
  Timestamp,
  useLanguage,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { formatBytes } from '../../format';
import { modelCiTranslationRef } from '../../translation';
import { AttemptBadge, Duration } from '../common';
import { DeclareLostButton } from './AttemptPhase';

/** Every execution of a stage, and where it was. */
export function AttemptsTab(props: {
  stage: RunStage;
  onOpenLog: (attempt: number) => void;
  onChange: () => void;
}) {
  const { stage, onOpenLog, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const language = useLanguage();
  if (stage.attempts.length === 0) {
    return <EmptyState title={t('run.attempts.empty')} />;
  }
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('run.attempts.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('run.attempts.column.number')}</TableCell>
            <TableCell>{t('run.attempts.column.status')}</TableCell>
            <TableCell>{t('run.attempts.column.where')}</TableCell>
            <TableCell>{t('run.attempts.column.exitCode')}</TableCell>
            <TableCell>{t('run.attempts.column.started')}</TableCell>
            <TableCell>{t('run.attempts.column.duration')}</TableCell>
            <TableCell>{t('run.attempts.column.log')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {stage.attempts.map(attempt => (
            <TableRow key={attempt.id}>
              <TableCell>{attempt.number}</TableCell>
              <TableCell>
                <AttemptBadge attempt={attempt} />
                {attempt.reason && (
                  <div>
                    <ReasonText reason={attempt.reason} />
                  </div>
                )}
                {attempt.phase?.type !== 'running' && attempt.phase?.reason && (
                  <div>
                    <ReasonText reason={attempt.phase.reason} />
                  </div>
                )}
                {attempt.executor !== EXTERNAL_EXECUTOR && (
                  <DeclareLostButton
                    stage={stage.name}
                    attempt={attempt}
                    onChange={onChange}
                  />
                )}
              </TableCell>
              <TableCell>
                {attempt.executor === EXTERNAL_EXECUTOR
                  ? t('run.external')
                  : attempt.executor}
                {attempt.node &&
                  ` ${t('run.stage.on', { node: attempt.node })}`}
              </TableCell>
              <TableCell>{attempt.exitCode ?? '–'}</TableCell>
              <TableCell className={classes.nowrap}>
                <Timestamp time={attempt.startedAt ?? attempt.createdAt} />
              </TableCell>
              <TableCell>
                <Duration
                  startedAt={attempt.startedAt}
                  finishedAt={attempt.finishedAt}
                />
              </TableCell>
              <TableCell>
                <Button
                  size="small"
                  style={{ textTransform: 'none', minWidth: 0, marginLeft: -5 }}
                  aria-label={t('run.attempts.openLog', {
                    number: String(attempt.number),
                  })}
                  onClick={() => onOpenLog(attempt.number)}
                >
                  {formatBytes(attempt.logSize, language)}
                </Button>
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
