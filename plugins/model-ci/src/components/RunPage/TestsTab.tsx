import { useMemo, useState } from 'react';
import Button from '@material-ui/core/Button';
import Chip from '@material-ui/core/Chip';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  RunStage,
  TestCase,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  EmptyState,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import { ResourceView } from '../common';
import { TestRows } from './TestRows';
import { useAllTests } from './useAllTests';

const STATUSES = ['failed', 'errored', 'passed', 'skipped'] as const;
const ROWS = 100;

const useStyles = makeStyles(theme => ({
  filters: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
    marginBottom: theme.spacing(1),
  },
  chip: { margin: 0 },
  search: { marginLeft: 'auto' },
}));

/** The test cases that a stage reported, failed ones first. */
export function TestsTab(props: {
  runId: string;
  stage: RunStage;
  attempt?: number;
}) {
  const { runId, stage, attempt } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const tests = useAllTests(
    runId,
    stage.name,
    attempt,
    `${stage.status} ${stage.finishedAt}`,
  );
  return (
    <ResourceView resource={tests}>
      {cases =>
        cases.length > 0 ? (
          <TestCases cases={cases} />
        ) : (
          <EmptyState
            title={t('run.tests.empty.title')}
            description={t('run.tests.empty.description')}
          />
        )
      }
    </ResourceView>
  );
}

function TestCases({ cases }: { cases: TestCase[] }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const [status, setStatus] = useState<TestCase['status']>();
  const [text, setText] = useState('');
  const shown = useMemo(
    () => cases.filter(test => matches(test, status, text)),
    [cases, status, text],
  );
  return (
    <>
      <div className={classes.filters}>
        <StatusChips cases={cases} status={status} onChange={setStatus} />
        <TextField
          className={classes.search}
          size="small"
          type="search"
          placeholder={t('run.tests.filterText')}
          value={text}
          onChange={event => setText(event.target.value)}
          inputProps={{ 'aria-label': t('run.tests.filterText') }}
        />
      </div>
      <CasesTable cases={shown} />
    </>
  );
}

function matches(
  test: TestCase,
  status: TestCase['status'] | undefined,
  text: string,
): boolean {
  const words = text.trim().toLocaleLowerCase('en-US');
  const all = [test.classname, test.suite, test.name, test.message].join(' ');
  return (
    (status === undefined || test.status === status) &&
    all.toLocaleLowerCase('en-US').includes(words)
  );
}

function StatusChips(props: {
  cases: TestCase[];
  status: TestCase['status'] | undefined;
  onChange: (status: TestCase['status'] | undefined) => void;
}) {
  const { cases, status, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const count = (of: TestCase['status']) =>
    cases.filter(test => test.status === of).length;
  return (
    <div
      className={classes.filters}
      role="group"
      aria-label={t('run.tests.filterStatus')}
    >
      {STATUSES.filter(of => count(of) > 0).map(of => (
        <Chip
          key={of}
          size="small"
          className={classes.chip}
          clickable
          color={status === of ? 'primary' : 'default'}
          aria-pressed={status === of}
          label={t('run.tests.count', {
            status: t(`run.tests.status.${of}`),
            number: String(count(of)),
          })}
          onClick={() => onChange(status === of ? undefined : of)}
        />
      ))}
    </div>
  );
}

function CasesTable({ cases }: { cases: TestCase[] }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const table = useTableStyles();
  const [rows, setRows] = useState(ROWS);
  return (
    <>
      <div className={table.scroll}>
        <Table size="small" className={table.table}>
          <caption>{t('run.tests.caption')}</caption>
          <TableHead>
            <TableRow>
              <TableCell>{t('run.tests.column.status')}</TableCell>
              <TableCell>{t('run.tests.column.test')}</TableCell>
              <TableCell>{t('run.tests.column.suite')}</TableCell>
              <TableCell align="right">
                {t('run.tests.column.duration')}
              </TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            <TestRows cases={cases.slice(0, rows)} />
          </TableBody>
        </Table>
      </div>
      {cases.length === 0 && (
        <Typography color="textSecondary">{t('run.tests.noMatch')}</Typography>
      )}
      {cases.length > rows && (
        <Button onClick={() => setRows(rows + ROWS)}>
          {t('run.tests.more')}
        </Button>
      )}
    </>
  );
}
