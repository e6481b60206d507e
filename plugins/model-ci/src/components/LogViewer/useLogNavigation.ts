import { useEffect, useRef, useState } from 'react';
import type { LogWindow } from './LogWindow';
import type { LogLinesControl } from './useLogScroll';

/** Where the reader is in the log, and whether the newest line is to stay in sight. */
export function useLogNavigation(log: LogWindow, startsAtEnd: boolean) {
  const control = useRef<LogLinesControl>(null);
  const [follow, setFollow] = useState(startsAtEnd);
  useEffect(() => log.setKeepEnd(follow), [log, follow]);

  const toEnd = async () => {
    setFollow(true);
    if (!log.getSnapshot().atEnd) {
      await log.openEnd();
    }
    control.current?.toEnd();
  };
  /** Shows the line at a byte, with its number if that is known. */
  const show = async (offset: number, number?: number) => {
    setFollow(false);
    const { start, end } = log.getSnapshot();
    if (offset < start || offset >= end) {
      await log.openAt(offset, number);
    }
    control.current?.show(offset);
  };
  return {
    control,
    follow,
    setFollow,
    toEnd,
    show,
    toStart: () => show(0, 1),
    firstVisible: () => control.current?.firstVisible() ?? 0,
  };
}
