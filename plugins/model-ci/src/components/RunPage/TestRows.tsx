import { Fragment, useState, type ComponentType } from 'react';
import IconButton from '@material-ui/core/IconButton';
import type { SvgIconProps } from '@material-ui/core/SvgIcon';
import TableCell from '@material-ui/core/TableCell';
import TableRow from '@material-ui/core/TableRow';
import { makeStyles } from '@material-ui/core/styles';
import CancelIcon from '@material-ui/icons/Cancel';
import CheckCircleIcon from '@material-ui/icons/CheckCircle';
import ErrorIcon from '@material-ui/icons/Error';
import ExpandMoreIcon from '@material-ui/icons/ExpandMore';
import RedoIcon from '@material-ui/icons/Redo';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { TestCase } from '@model-ci/backstage-plugin-model-ci-common';
import {
  useLanguage,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { formatDuration } from '../../format';
import type { Tone } from '../../status';
import { modelCiTranslationRef } from '../../translation';
import { ToneBadge } from '../common';

const LOOKS: Record<
  TestCase['status'],
  { icon: ComponentType<SvgIconProps>; tone: Tone }
> = {
  passed: { icon: CheckCircleIcon, tone: 'good' },
  failed: { icon: CancelIcon, tone: 'bad' },
  errored: { icon: ErrorIcon, tone: 'broken' },
  skipped: { icon: RedoIcon, tone: 'idle' },
};

const useStyles = makeStyles(theme => ({
  name: { display: 'flex', alignItems: 'flex-start', gap: theme.spacing(0.5) },
  message: {
    color: theme.palette.text.secondary,
    overflowWrap: 'anywhere',
    whiteSpace: 'pre-wrap',
    maxHeight: '4.5em',
    overflow: 'hidden',
  },
  // Broken at its dots only.
  suite: { overflowWrap: 'break-word' },
  open: { transform: 'rotate(180deg)' },
  details: {
    margin: 0,
    maxHeight: 480,
    overflow: 'auto',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    fontFamily: 'Menlo, Consolas, "DejaVu Sans Mono", monospace',
    fontSize: 12.5,
  },
}));

/** One row per test case, and what it said below it. */
export function TestRows({ cases }: { cases: TestCase[] }) {
  return (
    <>
      {cases.map((test, index) => (
        <TestRow
          // Reports may hold the same name twice, for instance of parametrized tests.
          // eslint-disable-next-line react/no-array-index-key
          key={`${test.suite} ${test.classname} ${test.name} ${index}`}
          test={test}
        />
      ))}
    </>
  );
}

function TestRow({ test }: { test: TestCase }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const table = useTableStyles();
  const classes = useStyles();
  const language = useLanguage();
  const [open, setOpen] = useState(false);
  const details = [test.message, test.details].filter(Boolean).join('\n\n');
  return (
    <Fragment>
      <TableRow>
        <TableCell>
          <ToneBadge
            {...LOOKS[test.status]}
            label={t(`run.tests.status.${test.status}`)}
          />
        </TableCell>
        <TableCell className={table.prose}>
          <div className={classes.name}>
            {details !== '' && (
              <IconButton
                size="small"
                aria-expanded={open}
                aria-label={t('run.tests.detailsOf', { test: test.name })}
                onClick={() => setOpen(!open)}
              >
                <ExpandMoreIcon
                  fontSize="inherit"
                  className={open ? classes.open : undefined}
                />
              </IconButton>
            )}
            <div>
              <span className={table.code}>{test.name}</span>
              {test.message && !open && (
                <div className={classes.message}>{test.message}</div>
              )}
            </div>
          </div>
        </TableCell>
        <TableCell
          className={`${table.muted} ${table.code} ${table.roomy} ${classes.suite}`}
        >
          {(test.classname ?? test.suite)
            .split(/(?<=\.)/)
            .map((part, index) => (
              <Fragment key={index}>
                {part}
                <wbr />
              </Fragment>
            ))}
        </TableCell>
        <TableCell align="right" className={table.nowrap}>
          {test.duration === undefined
            ? '–'
            : formatDuration(test.duration * 1000, language)}
        </TableCell>
      </TableRow>
      {open && (
        <TableRow>
          <TableCell colSpan={4}>
            <pre className={classes.details}>{details}</pre>
          </TableCell>
        </TableRow>
      )}
    </Fragment>
  );
}
