import Button from '@material-ui/core/Button';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  ComparedExample,
  ExampleAnswer,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  useLanguage,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { formatMetric } from '../../../format';
import { toneColor, type Tone } from '../../../status';
import { modelCiTranslationRef } from '../../../translation';
import { ExampleText } from '../../common';

const useStyles = makeStyles({
  example: { width: '50%', minWidth: 200, overflowWrap: 'anywhere' },
  id: {
    textTransform: 'none',
    textAlign: 'left',
    padding: 0,
    minWidth: 0,
  },
  // A label such as "negative" is one word, and a long answer breaks wherever it has to.
  answer: { minWidth: 110, overflowWrap: 'anywhere' },
});

/** A page of examples, as both versions answered them. */
export function ExamplesTable(props: {
  examples: ComparedExample[];
  /** Who answered. */
  names: { baseline: string; candidate: string };
  /** Whether it is known what is better: then changes are good or bad. */
  isDirectionKnown: boolean;
  /** Shows more of an example; it has no more where this is absent. */
  onOpen?(id: string): void;
}) {
  const { examples, names, isDirectionKnown, onOpen } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('examples.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('examples.column.id')}</TableCell>
            <TableCell align="right">{t('examples.column.change')}</TableCell>
            <TableCell>{names.baseline}</TableCell>
            <TableCell>{names.candidate}</TableCell>
            <TableCell>{t('examples.column.target')}</TableCell>
            <TableCell>{t('examples.column.slices')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {examples.map(example => (
            <ExampleRow
              key={example.id}
              example={example}
              isDirectionKnown={isDirectionKnown}
              onOpen={onOpen}
            />
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

function ExampleRow(props: {
  example: ComparedExample;
  isDirectionKnown: boolean;
  onOpen?(id: string): void;
}) {
  const { example, onOpen } = props;
  const { id, baseline, candidate } = example;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const own = useStyles();
  return (
    <TableRow>
      <TableCell className={own.example}>
        {onOpen ? (
          <Button
            size="small"
            className={own.id}
            title={t('examples.openLedger')}
            onClick={() => onOpen(id)}
          >
            {id}
          </Button>
        ) : (
          id
        )}
        <ExampleText text={example.text} />
      </TableCell>
      <TableCell align="right" className={classes.nowrap}>
        <Change
          change={example.change}
          isDirectionKnown={props.isDirectionKnown}
        />
      </TableCell>
      <AnswerCell answer={baseline} />
      <AnswerCell answer={candidate} />
      <TableCell className={own.answer}>
        <Value value={candidate.target ?? baseline.target} />
      </TableCell>
      <TableCell>
        {[
          ...(candidate.group === undefined ? [] : [candidate.group]),
          ...Object.entries(candidate.slices).map(
            ([name, value]) => `${name}=${value}`,
          ),
        ].join(', ')}
      </TableCell>
    </TableRow>
  );
}

export function Change(props: { change?: number; isDirectionKnown: boolean }) {
  const { change, isDirectionKnown } = props;
  const theme = useTheme();
  const language = useLanguage();
  if (change === undefined) {
    return <>–</>;
  }
  return (
    <span
      style={{
        color: toneColor(theme, toneOf(isDirectionKnown ? change : 0)),
      }}
    >
      {change > 0 && '▲ +'}
      {change < 0 && '▼ '}
      {formatMetric(change, undefined, language)}
    </span>
  );
}

function toneOf(change: number): Tone {
  if (change === 0) {
    return 'idle';
  }
  return change < 0 ? 'bad' : 'good';
}

function AnswerCell({ answer }: { answer: ExampleAnswer }) {
  const classes = useTableStyles();
  const own = useStyles();
  const language = useLanguage();
  return (
    <TableCell className={own.answer}>
      <Value value={answer.prediction} />
      {answer.score !== undefined && (
        <div className={classes.muted}>
          {formatMetric(answer.score, undefined, language)}
        </div>
      )}
    </TableCell>
  );
}

/** What a model answered, or was to answer. */
export function Value({ value }: { value?: string | number }) {
  const language = useLanguage();
  if (value === undefined) {
    return <>–</>;
  }
  return (
    <>
      {typeof value === 'number'
        ? formatMetric(value, undefined, language)
        : value}
    </>
  );
}
