import {
  forwardRef,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type UIEvent,
} from 'react';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import ArrowDownwardIcon from '@material-ui/icons/ArrowDownward';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { useVirtualizer } from '@tanstack/react-virtual';
import { modelCiTranslationRef } from '../../translation';
import { logColours } from './colours';
import { LogLineText } from './LogLineText';
import type { LogMatch } from './logSearch';
import { firstAtOrAfter } from './LogLine';
import type { LogSnapshot, LogWindow } from './LogWindow';

const LINE_HEIGHT = 20;
const OVERSCAN = 20;
/** Pixels from an end at which the next chunk is fetched. */
const NEAR = 2000;
const AT_END = 30;

const useStyles = makeStyles(theme => {
  const colours = logColours(theme);
  return {
    frame: { position: 'relative' },
    scroller: {
      height: 'clamp(280px, 60vh, 900px)',
      overflow: 'auto',
      // The virtual list keeps its place itself.
      overflowAnchor: 'none',
      backgroundColor: colours.background,
      color: colours.foreground,
      fontFamily: 'Menlo, Consolas, "DejaVu Sans Mono", monospace',
      fontSize: 12.5,
      lineHeight: `${LINE_HEIGHT}px`,
      '&:focus-visible': {
        outline: `2px solid ${theme.palette.primary.main}`,
        outlineOffset: -2,
      },
    },
    content: { position: 'relative', minWidth: '100%', width: 'max-content' },
    wrapped: { width: '100%' },
    row: {
      position: 'absolute',
      top: 0,
      left: 0,
      minWidth: '100%',
      display: 'flex',
      minHeight: LINE_HEIGHT,
      '&:hover': { backgroundColor: colours.hover },
    },
    selected: { '&, &:hover': { backgroundColor: colours.selected } },
    number: {
      flex: 'none',
      width: '7ch',
      paddingRight: '1.5ch',
      textAlign: 'right',
      color: colours.gutter,
      userSelect: 'none',
      textDecoration: 'none',
      '&:hover': { textDecoration: 'underline' },
    },
    text: { whiteSpace: 'pre', paddingRight: theme.spacing(1), tabSize: 8 },
    textWrapped: {
      whiteSpace: 'pre-wrap',
      overflowWrap: 'anywhere',
      minWidth: 0,
    },
    empty: {
      position: 'absolute',
      inset: 0,
      display: 'flex',
      alignItems: 'center',
      justifyContent: 'center',
      color: colours.gutter,
      pointerEvents: 'none',
    },
    more: {
      position: 'absolute',
      bottom: theme.spacing(1),
      left: '50%',
      transform: 'translateX(-50%)',
    },
  };
});

/** What the viewer around may ask of the lines. */
export interface LogLinesControl {
  /** Brings the line at a byte to the middle. */
  show(offset: number): void;
  toEnd(): void;
  /** Offset of the first line in sight. */
  firstVisible(): number;
}

interface LogLinesProps {
  label: string;
  log: LogWindow;
  snapshot: LogSnapshot;
  wrap: boolean;
  follow: boolean;
  onFollow: (follow: boolean) => void;
  onEnd: () => void;
  words: string;
  currentMatch?: LogMatch;
  line?: number;
  lineUrl: (offset: number) => string;
  onLine: (offset: number) => void;
}

/** The lines in sight, and only those. */
export const LogLines = forwardRef<LogLinesControl, LogLinesProps>(
  function VirtualLines(props, ref) {
    const { log, snapshot, wrap, follow, onFollow, line } = props;
    const { lines, opening } = snapshot;
    const { t } = useTranslationRef(modelCiTranslationRef);
    const classes = useStyles();
    const scroller = useRef<HTMLDivElement>(null);
    const numbers = useLineNumbers(snapshot);

    const virtualizer = useVirtualizer({
      count: lines.length,
      getScrollElement: () => scroller.current,
      estimateSize: () => LINE_HEIGHT,
      getItemKey: useCallback(
        (index: number) => lines[index]?.offset ?? -1 - index,
        [lines],
      ),
      overscan: OVERSCAN,
      anchorTo: 'end',
      followOnAppend: follow,
      scrollEndThreshold: AT_END,
    });

    useEffect(() => virtualizer.measure(), [virtualizer, wrap]);

    const show = useCallback(
      (offset: number) => {
        const index = firstAtOrAfter(log.getSnapshot().lines, offset);
        virtualizer.scrollToIndex(index, { align: 'center' });
      },
      [log, virtualizer],
    );
    // A jump that was asked for is made once the lines that it goes to were drawn.
    const [jump, setJump] = useState<number | 'end'>(line ?? 'end');
    const [jumped, setJumped] = useState(false);
    useLayoutEffect(() => {
      if (jumped || opening || lines.length === 0) {
        return;
      }
      if (jump === 'end') {
        virtualizer.scrollToEnd();
      } else {
        show(jump);
      }
      setJumped(true);
    }, [jump, jumped, opening, lines, virtualizer, show]);

    useImperativeHandle(
      ref,
      () => ({
        show: offset => {
          setJump(offset);
          setJumped(false);
        },
        toEnd: () => {
          setJump('end');
          setJumped(false);
        },
        firstVisible: () => {
          const top = virtualizer.scrollOffset ?? 0;
          const item = virtualizer.getVirtualItemForOffset(top);
          return (item && lines[item.index]?.offset) ?? 0;
        },
      }),
      [virtualizer, lines],
    );

    const lastTop = useRef(0);
    const onScroll = (event: UIEvent<HTMLDivElement>) => {
      const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
      const below = scrollHeight - scrollTop - clientHeight;
      const up = scrollTop < lastTop.current;
      lastTop.current = scrollTop;
      if (!jumped) {
        return;
      }
      if (below < AT_END && log.getSnapshot().atEnd) {
        onFollow(true);
      } else if (up && below > AT_END) {
        onFollow(false);
      }
      if (scrollTop < NEAR) {
        log.loadEarlier();
      }
      if (below < NEAR) {
        log.loadLater();
      }
    };

    // Few lines may hold a whole chunk, and then there is nothing to scroll.
    const height = virtualizer.getTotalSize();
    useEffect(() => {
      if (jumped && height < (scroller.current?.clientHeight ?? 0)) {
        log.loadEarlier();
        log.loadLater();
      }
    }, [jumped, height, log, snapshot.start]);

    return (
      <div className={classes.frame}>
        <div
          ref={scroller}
          className={classes.scroller}
          onScroll={onScroll}
          role="log"
          aria-live="off"
          aria-label={props.label}
          // Scrolled with the keyboard.
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
        >
          <div
            className={`${classes.content} ${wrap ? classes.wrapped : ''}`}
            style={{ height }}
          >
            {virtualizer.getVirtualItems().map(item => {
              const shown = lines[item.index];
              if (!shown) {
                return null;
              }
              const number = numbers(item.index);
              return (
                <div
                  key={item.key}
                  data-index={item.index}
                  ref={wrap ? virtualizer.measureElement : undefined}
                  className={`${classes.row} ${
                    shown.offset === line ? classes.selected : ''
                  }`}
                  style={{
                    transform: `translateY(${item.start}px)`,
                    width: wrap ? '100%' : undefined,
                  }}
                >
                  <a
                    className={classes.number}
                    href={props.lineUrl(shown.offset)}
                    tabIndex={-1}
                    aria-label={
                      number === undefined
                        ? t('log.copyLinkUnnumbered')
                        : t('log.copyLink', { line: String(number) })
                    }
                    onClick={event => {
                      event.preventDefault();
                      props.onLine(shown.offset);
                    }}
                  >
                    {shown.continued ? '' : number ?? '·'}
                  </a>
                  <span
                    className={`${classes.text} ${
                      wrap ? classes.textWrapped : ''
                    }`}
                  >
                    <LogLineText
                      line={shown}
                      words={props.words}
                      currentMatch={
                        props.currentMatch?.offset === shown.offset
                          ? props.currentMatch.from
                          : undefined
                      }
                    />
                  </span>
                </div>
              );
            })}
          </div>
        </div>
        {lines.length === 0 && !opening && !snapshot.error && (
          <div className={classes.empty}>
            {t(snapshot.ended ? 'log.emptyEnded' : 'log.empty')}
          </div>
        )}
        {!follow && !snapshot.ended && !opening && lines.length > 0 && (
          <Button
            className={classes.more}
            size="small"
            variant="contained"
            color="primary"
            startIcon={<ArrowDownwardIcon />}
            onClick={props.onEnd}
          >
            {t('log.toEnd')}
          </Button>
        )}
      </div>
    );
  },
);

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
