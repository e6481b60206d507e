import type { ReactNode } from 'react';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { DateTime } from 'luxon';
import { modelCiTranslationRef } from '../../translation';
import { plainText } from './ansi';
import type { LogLine } from './LogLine';
import { LogLineText } from './LogLineText';
import type { LogMatch } from './logSearch';
import { useLogStyles } from './logStyles';
import type { Section } from './sections/findSections';
import type { TimeOf } from './useLogTimes';

export interface LogRowProps {
  line: LogLine;
  number: number | undefined;
  words: string;
  wrap: boolean;
  currentMatch?: LogMatch;
  lineUrl: (offset: number) => string;
  onLine: (offset: number) => void;
  /** When lines were written; undefined if that is not to be shown. */
  timeOf?: TimeOf;
  /** Whether any line of the log begins a section. */
  foldable: boolean;
  /** The section that the line begins. */
  section?: Section;
  folded: boolean;
  onFold: () => void;
}

/** One line: its number, its time, what folds the section that it begins, and its text. */
export function LogRow(props: LogRowProps) {
  const { line, number, section, folded } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useLogStyles();
  const match =
    props.currentMatch?.offset === line.offset
      ? props.currentMatch.from
      : undefined;
  return (
    <>
      <a
        className={classes.number}
        href={props.lineUrl(line.offset)}
        tabIndex={-1}
        aria-label={
          number === undefined
            ? t('log.copyLinkUnnumbered')
            : t('log.copyLink', { line: String(number) })
        }
        onClick={event => {
          event.preventDefault();
          props.onLine(line.offset);
        }}
      >
        {line.continued ? '' : number ?? '·'}
      </a>
      {props.timeOf && <LineTime time={props.timeOf(line.offset)} />}
      {props.foldable && <FoldButton {...props} />}
      <span
        className={[
          classes.text,
          props.wrap ? classes.textWrapped : '',
          section ? classes.section : '',
        ].join(' ')}
      >
        <LogLineText line={line} words={props.words} currentMatch={match} />
      </span>
      {section && folded && (
        <span className={classes.folded}>
          {t('log.section.folded', {
            count: section.end - section.start - 1,
          })}
        </span>
      )}
    </>
  );
}

function FoldButton(props: LogRowProps): ReactNode {
  const { section, folded, line } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useLogStyles();
  if (!section || section.end <= section.start + 1) {
    return <span className={classes.noFold} />;
  }
  return (
    <button
      type="button"
      className={classes.fold}
      aria-expanded={!folded}
      aria-label={t('log.section.toggle', { title: plainText(line.text) })}
      onClick={props.onFold}
    >
      {folded ? '▸' : '▾'}
    </button>
  );
}

/** `20:31:07`, with the date as its title; as wide where it is unknown. */
function LineTime({ time }: { time: string | undefined }) {
  const classes = useLogStyles();
  if (time === undefined) {
    return <span className={classes.time}>{' '.repeat(8)}</span>;
  }
  const parsed = DateTime.fromISO(time);
  return (
    <time
      className={classes.time}
      dateTime={time}
      title={parsed.toLocaleString(DateTime.DATETIME_FULL_WITH_SECONDS)}
    >
      {parsed.toFormat('HH:mm:ss')}
    </time>
  );
}
