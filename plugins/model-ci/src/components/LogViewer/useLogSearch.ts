import { useEffect, useMemo, useState } from 'react';
import { searchLines, searchLog, type LogMatches } from './logSearch';
import type { LogSnapshot, LogSource } from './LogWindow';

const NOTHING: LogMatches = { matches: [], limited: false, progress: 1 };

/** Matches in the whole log: in memory where it is there whole, else read chunk by chunk from the server. */
export function useLogSearch(
  source: LogSource,
  snapshot: LogSnapshot,
  words: string,
): LogMatches {
  const [scanned, setScanned] = useState<LogMatches>(NOTHING);
  const { lines, start, atEnd, firstNumber, opening } = snapshot;
  const whole = start === 0 && atEnd;

  const local = useMemo(
    () =>
      whole && words !== '' ? searchLines(lines, words, firstNumber) : NOTHING,
    [whole, lines, words, firstNumber],
  );

  const scan = words !== '' && !whole && !opening;
  useEffect(() => {
    if (!scan) {
      return undefined;
    }
    const controller = new AbortController();
    setScanned({ ...NOTHING, progress: 0 });
    const work = async () => {
      for await (const found of searchLog(source, words, controller.signal)) {
        if (controller.signal.aborted) {
          return;
        }
        setScanned(found);
      }
    };
    work().catch(() => {
      if (!controller.signal.aborted) {
        // What was found so far stays; the viewer itself shows that the log cannot be read.
        setScanned(before => ({ ...before, progress: 1 }));
      }
    });
    return () => controller.abort();
  }, [source, words, scan]);

  if (words === '') {
    return NOTHING;
  }
  return whole ? local : scanned;
}
