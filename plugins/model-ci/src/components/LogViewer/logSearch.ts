import { plainText } from './ansi';
import { countLines, type LogLine } from './LogLine';
import type { LogSource } from './LogWindow';
import { LogScreen } from './terminal/LogScreen';

/** Matches that are remembered; a search that finds more says so. */
export const MOST_MATCHES = 10_000;
const SCAN_CHUNK = 1024 * 1024;

/** One place where the words were found. */
export interface LogMatch {
  /** Offset of the line. */
  offset: number;
  /** Number of the line, where it is known. */
  number?: number;
  /** First character, in the line's plain text. */
  from: number;
}

export interface LogMatches {
  matches: LogMatch[];
  /** There are more than {@link MOST_MATCHES}. */
  limited: boolean;
  /** From 0 to 1. */
  progress: number;
}

/** Where `words` begin in a line, without regard to case. */
export function findInLine(line: string, words: string): number[] {
  const text = plainText(line).toLocaleLowerCase('en-US');
  const found: number[] = [];
  for (let at = text.indexOf(words); at >= 0; ) {
    found.push(at);
    at = text.indexOf(words, at + words.length);
  }
  return found;
}

/** Searches lines that are in memory. */
export function searchLines(
  lines: readonly LogLine[],
  words: string,
  firstNumber?: number,
): LogMatches {
  const needle = words.toLocaleLowerCase('en-US');
  const matches: LogMatch[] = [];
  let number = firstNumber === undefined ? undefined : firstNumber - 1;
  for (const line of lines) {
    if (number !== undefined && !line.continued) {
      number += 1;
    }
    for (const from of findInLine(line.text, needle)) {
      if (matches.length === MOST_MATCHES) {
        return { matches, limited: true, progress: 1 };
      }
      matches.push({ offset: line.offset, number, from });
    }
  }
  return { matches, limited: false, progress: 1 };
}

/** Searches a whole log, chunk by chunk, of which only the matches are kept. */
export async function* searchLog(
  source: LogSource,
  words: string,
  signal: AbortSignal,
): AsyncGenerator<LogMatches> {
  const screen = new LogScreen(0);
  const needle = words.toLocaleLowerCase('en-US');
  const found: LogMatch[] = [];
  let offset = 0;
  let number = 1;
  for (;;) {
    const range = await source.read(offset, SCAN_CHUNK, signal);
    const lines = screen.push(range.text, range.nextOffset);
    const done = range.nextOffset >= range.size || range.nextOffset <= offset;
    if (done) {
      lines.push(...screen.pending());
    }
    // Most chunks hold nothing, which one look at the whole of their lines shows.
    const candidate = plainText(lines.map(line => line.text).join('\n'))
      .toLocaleLowerCase('en-US')
      .includes(needle);
    const { matches, limited } = searchLines(
      candidate ? lines : [],
      words,
      number,
    );
    number += countLines(lines);
    found.push(...matches.slice(0, MOST_MATCHES - found.length));
    const full = limited || found.length === MOST_MATCHES;
    yield {
      matches: [...found],
      limited: full,
      progress: done || full ? 1 : range.nextOffset / range.size,
    };
    if (done || full) {
      return;
    }
    offset = range.nextOffset;
  }
}
