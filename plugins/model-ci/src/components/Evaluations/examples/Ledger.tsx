import Dialog from '@material-ui/core/Dialog';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import DialogActions from '@material-ui/core/DialogActions';
import Button from '@material-ui/core/Button';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import Typography from '@material-ui/core/Typography';
import { useTheme } from '@material-ui/core/styles';
import { useId } from 'react';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  ExampleLedger,
  ExampleSetKey,
  LedgerEntry,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  Timestamp,
  useLanguage,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { formatMetric } from '../../../format';
import { useLedger } from '../../../hooks';
import { toneColor } from '../../../status';
import { modelCiTranslationRef } from '../../../translation';
import { ResourceView, VersionLink } from '../../common';
import { RunLink } from '../../runs';
import { Value } from './ExamplesTable';

/** One example over all versions, newest first: since when it is wrong, how often it flipped. */
export function Ledger(props: {
  pipelineRef: string;
  id: string;
  set?: ExampleSetKey;
  metric?: string;
  onClose(): void;
}) {
  const { pipelineRef, id, set, metric, onClose } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const title = useId();
  const ledger = useLedger(pipelineRef, { ...set, id, metric });
  return (
    <Dialog
      open
      onClose={onClose}
      maxWidth="md"
      fullWidth
      aria-labelledby={title}
    >
      <DialogTitle id={title} style={{ overflowWrap: 'anywhere' }}>
        {t('ledger.title', { id })}
      </DialogTitle>
      <DialogContent>
        <ResourceView resource={ledger}>
          {data => <Entries pipelineRef={pipelineRef} ledger={data} />}
        </ResourceView>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t('common.close')}</Button>
      </DialogActions>
    </Dialog>
  );
}

function Entries(props: { pipelineRef: string; ledger: ExampleLedger }) {
  const { pipelineRef, ledger } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const { wrongSince, flips, metric, entries } = ledger;
  return (
    <>
      {ledger.text !== undefined && (
        <Typography
          component="blockquote"
          dir="auto"
          style={{ overflowWrap: 'anywhere' }}
        >
          {ledger.text}
        </Typography>
      )}
      <Typography gutterBottom>
        {wrongSince !== undefined &&
          `${t('ledger.wrongSince', { version: String(wrongSince) })} `}
        {flips > 0 && t('ledger.flips', { count: flips })}
      </Typography>
      <div className={classes.scroll}>
        <Table size="small" className={classes.table}>
          <caption>{t('ledger.title', { id: ledger.id })}</caption>
          <TableHead>
            <TableRow>
              <TableCell>{t('evaluations.table.what')}</TableCell>
              <TableCell>{t('ledger.answer')}</TableCell>
              <TableCell>{t('examples.column.target')}</TableCell>
              <TableCell align="right">{metric}</TableCell>
              <TableCell>{t('ledger.right')}</TableCell>
              <TableCell>{t('evaluations.table.run')}</TableCell>
              <TableCell>{t('evaluations.table.at')}</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {[...entries].reverse().map(entry => (
              <EntryRow
                key={entry.version}
                pipelineRef={pipelineRef}
                entry={entry}
              />
            ))}
          </TableBody>
        </Table>
      </div>
    </>
  );
}

function EntryRow(props: { pipelineRef: string; entry: LedgerEntry }) {
  const { pipelineRef, entry } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const theme = useTheme();
  const language = useLanguage();
  const { found, right, score } = entry;
  return (
    <TableRow>
      <TableCell>
        <VersionLink pipelineRef={pipelineRef} version={entry.version} />
      </TableCell>
      <TableCell style={{ overflowWrap: 'anywhere' }}>
        {found ? (
          <Value value={entry.prediction} />
        ) : (
          <span className={classes.muted}>{t('ledger.notFound')}</span>
        )}
      </TableCell>
      <TableCell style={{ overflowWrap: 'anywhere' }}>
        <Value value={entry.target} />
      </TableCell>
      <TableCell align="right">
        {score !== undefined && formatMetric(score, undefined, language)}
      </TableCell>
      <TableCell>
        {right !== undefined && (
          <span style={{ color: toneColor(theme, right ? 'good' : 'bad') }}>
            {t(right ? 'ledger.isRight' : 'ledger.isWrong')}
          </span>
        )}
      </TableCell>
      <TableCell>
        <RunLink runId={entry.runId} number={entry.runNumber} />
      </TableCell>
      <TableCell className={classes.nowrap}>
        <Timestamp time={entry.at} />
      </TableCell>
    </TableRow>
  );
}
