import { useMemo, type Ref } from 'react';
import Button from '@material-ui/core/Button';
import ArrowDownwardIcon from '@material-ui/icons/ArrowDownward';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { modelCiTranslationRef } from '../../translation';
import { LogRow, type LogRowProps } from './LogRow';
import { useLogStyles } from './logStyles';
import type { LogSnapshot, LogWindow } from './LogWindow';
import type { Folding } from './sections/useFolding';
import { useLogScroll, type LogLinesControl } from './useLogScroll';

interface LogLinesProps
  extends Pick<
    LogRowProps,
    'words' | 'wrap' | 'currentMatch' | 'lineUrl' | 'onLine' | 'timeOf'
  > {
  control: Ref<LogLinesControl>;
  label: string;
  log: LogWindow;
  snapshot: LogSnapshot;
  folding: Folding;
  follow: boolean;
  onFollow: (follow: boolean) => void;
  onEnd: () => void;
  line?: number;
}

/** The lines in sight, and only those. */
export function LogLines(props: LogLinesProps) {
  const { snapshot, folding, wrap, line } = props;
  const { lines } = snapshot;
  const classes = useLogStyles();
  const numbers = useLineNumbers(snapshot);
  const scroll = useLogScroll(props);
  return (
    <div className={classes.frame}>
      <div
        ref={scroll.scroller}
        className={classes.scroller}
        onScroll={scroll.onScroll}
        role="log"
        aria-live="off"
        aria-label={props.label}
        // Scrolled with the keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
      >
        <div
          className={`${classes.content} ${wrap ? classes.wrapped : ''}`}
          style={{ height: scroll.height }}
        >
          {scroll.rows.map(({ item, index }) => (
            <div
              key={item.key}
              data-index={item.index}
              ref={scroll.measure}
              className={`${classes.row} ${
                lines[index].offset === line ? classes.selected : ''
              }`}
              style={{
                transform: `translateY(${item.start}px)`,
                width: wrap ? '100%' : undefined,
              }}
            >
              <LogRow
                {...props}
                line={lines[index]}
                number={numbers(index)}
                foldable={folding.foldAll !== undefined}
                section={folding.sectionAt(index)}
                folded={folding.isFolded(index)}
                onFold={() => folding.toggle(index)}
              />
            </div>
          ))}
        </div>
      </div>
      <OnTop {...props} />
    </div>
  );
}

/** What lies over the lines: that there are none, and the way to the newest one. */
function OnTop({ snapshot, follow, onEnd }: LogLinesProps) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useLogStyles();
  const { lines, opening, ended, error } = snapshot;
  if (opening) {
    return null;
  }
  if (lines.length === 0) {
    return error ? null : (
      <div className={classes.empty}>
        {t(ended ? 'log.emptyEnded' : 'log.empty')}
      </div>
    );
  }
  if (follow || ended) {
    return null;
  }
  return (
    <Button
      className={classes.more}
      size="small"
      variant="contained"
      color="primary"
      startIcon={<ArrowDownwardIcon />}
      onClick={onEnd}
    >
      {t('log.toEnd')}
    </Button>
  );
}

/** The number of each line, once that of the first is known. */
function useLineNumbers(
  snapshot: LogSnapshot,
): (index: number) => number | undefined {
  const { lines, firstNumber } = snapshot;
  return useMemo(() => {
    if (firstNumber === undefined) {
      return () => undefined;
    }
    if (!lines.some(item => item.continued)) {
      return (index: number) => firstNumber + index;
    }
    let number = firstNumber - 1;
    const all = lines.map(item => {
      number += item.continued ? 0 : 1;
      return number;
    });
    return (index: number) => all[index];
  }, [lines, firstNumber]);
}
