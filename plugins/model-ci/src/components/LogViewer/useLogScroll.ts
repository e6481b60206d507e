import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type Ref,
  type RefObject,
  type UIEvent,
} from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { firstAtOrAfter } from './LogLine';
import { LINE_HEIGHT } from './logStyles';
import type { LogSnapshot, LogWindow } from './LogWindow';
import type { Folding } from './sections/useFolding';

const OVERSCAN = 20;
/** Pixels from an end at which the next chunk is fetched. */
const NEAR = 2000;
const AT_END = 30;

/** What the viewer around may ask of the lines. */
export interface LogLinesControl {
  /** Brings the line at a byte to the middle. */
  show(offset: number): void;
  toEnd(): void;
  /** Offset of the first line in sight. */
  firstVisible(): number;
}

interface ScrollOptions {
  log: LogWindow;
  snapshot: LogSnapshot;
  folding: Folding;
  wrap: boolean;
  follow: boolean;
  onFollow: (follow: boolean) => void;
  /** Line to begin at; the end without it. */
  line?: number;
  control: Ref<LogLinesControl>;
}

/** The rows in sight, where one jumps to, and what is fetched when one comes near an end. */
export function useLogScroll(options: ScrollOptions) {
  const { snapshot, folding, wrap } = options;
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useLogVirtualizer(options, scroller);
  useEffect(() => virtualizer.measure(), [virtualizer, wrap]);
  const jumped = useJumps(options, virtualizer);
  const height = virtualizer.getTotalSize();
  useFilling(options, scroller, jumped ? height : undefined);
  return {
    scroller,
    height,
    onScroll: useScrolling(options, jumped),
    measure: wrap ? virtualizer.measureElement : undefined,
    rows: virtualizer
      .getVirtualItems()
      .map(item => ({ item, index: folding.lineOf(item.index) }))
      .filter(({ index }) => snapshot.lines[index] !== undefined),
  };
}

type LogVirtualizer = ReturnType<typeof useLogVirtualizer>;

function useLogVirtualizer(
  options: ScrollOptions,
  scroller: RefObject<HTMLDivElement>,
) {
  const { snapshot, folding, follow } = options;
  const { lines } = snapshot;
  const { lineOf } = folding;
  return useVirtualizer({
    count: folding.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    getItemKey: useCallback(
      (row: number) => lines[lineOf(row)]?.offset ?? -1 - row,
      [lines, lineOf],
    ),
    overscan: OVERSCAN,
    anchorTo: 'end',
    followOnAppend: follow,
    scrollEndThreshold: AT_END,
  });
}

/** Makes a jump that was asked for once the lines that it goes to were drawn; answers whether it was made. */
function useJumps(options: ScrollOptions, virtualizer: LogVirtualizer) {
  const { snapshot, folding, line, control } = options;
  const { lines, opening } = snapshot;
  const [jump, setJump] = useState<number | 'end'>(line ?? 'end');
  const [jumped, setJumped] = useState(false);

  useLayoutEffect(() => {
    if (jumped || opening || lines.length === 0) {
      return;
    }
    if (jump === 'end') {
      virtualizer.scrollToEnd();
    } else {
      const index = firstAtOrAfter(lines, jump);
      if (folding.reveal(index)) {
        return;
      }
      virtualizer.scrollToIndex(folding.rowOf(index), { align: 'center' });
    }
    setJumped(true);
  }, [jump, jumped, opening, lines, virtualizer, folding]);

  useImperativeHandle(
    control,
    () => {
      const jumpTo = (target: number | 'end') => {
        setJump(target);
        setJumped(false);
      };
      return {
        show: jumpTo,
        toEnd: () => jumpTo('end'),
        firstVisible: () => {
          const top = virtualizer.scrollOffset ?? 0;
          const item = virtualizer.getVirtualItemForOffset(top);
          return (item && lines[folding.lineOf(item.index)]?.offset) ?? 0;
        },
      };
    },
    [virtualizer, lines, folding],
  );
  return jumped;
}

/** Few lines may hold a whole chunk, and then there is nothing to scroll. */
function useFilling(
  { log, snapshot }: ScrollOptions,
  scroller: RefObject<HTMLDivElement>,
  height: number | undefined,
) {
  useEffect(() => {
    if (
      height !== undefined &&
      height < (scroller.current?.clientHeight ?? 0)
    ) {
      log.loadEarlier();
      log.loadLater();
    }
  }, [height, scroller, log, snapshot.start]);
}

function useScrolling({ log, onFollow }: ScrollOptions, jumped: boolean) {
  const lastTop = useRef(0);
  return (event: UIEvent<HTMLDivElement>) => {
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
}
