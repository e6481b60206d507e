import { useEffect, useMemo, useState } from 'react';
import useDebounce from 'react-use/esm/useDebounce';
import {
  searchLines,
  searchLog,
  type LogMatch,
  type LogMatches,
} from './logSearch';
import type { LogSnapshot, LogSource } from './LogWindow';

const NOTHING: LogMatches = { matches: [], limited: false, progress: 1 };

const SEARCH_DELAY = 200;

interface SearchOptions {
  source: LogSource;
  snapshot: LogSnapshot;
  /** Offset of the first line in sight. */
  firstVisible(): number;
  onShow(match: LogMatch): void;
}

/** What is searched for, what was found, and the match in sight. */
export function useLogSearch(options: SearchOptions) {
  const [typed, setTyped] = useState('');
  const [words, setWords] = useState('');
  useDebounce(() => setWords(typed), SEARCH_DELAY, [typed]);
  const found = useLogMatches(options.source, options.snapshot, words);
  const [chosen, setChosen] = useState(-1);
  const current = Math.min(chosen, found.matches.length - 1);
  useEffect(() => setChosen(-1), [words]);

  const step = (direction: 1 | -1) => {
    const next = nextMatch(found.matches, current, direction, () =>
      options.firstVisible(),
    );
    if (next >= 0) {
      setChosen(next);
      options.onShow(found.matches[next]);
    }
  };
  return { typed, setTyped, words, found, current, step };
}

/** Index of the match to go to; -1 if there is none. */
function nextMatch(
  matches: readonly LogMatch[],
  current: number,
  direction: 1 | -1,
  firstVisible: () => number,
): number {
  const total = matches.length;
  if (current >= 0 || total === 0) {
    return total === 0 ? -1 : (current + direction + total) % total;
  }
  // The first step goes to what is nearest below the top of what is in sight.
  const top = firstVisible();
  const next = matches.findIndex(match => match.offset >= top);
  return next < 0 ? total - 1 : next;
}

/** Matches in the whole log: in memory where it is there whole, else read chunk by chunk from the server. */
function useLogMatches(
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
