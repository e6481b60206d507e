import type { SectionMark } from './sections/marks';

/** A line of a log, as a terminal shows it at the end. */
export interface LogLine {
  /** Byte of the log at which the line begins: its name for ever. */
  offset: number;
  /** Without its end and without what was overwritten or erased. May hold ANSI colours. */
  text: string;
  /** Colours in force at its start, see `colourStateAfter`. */
  colours: string;
  /** It continues the line before, which was too long for one piece. */
  continued: boolean;
  /** The cursor went up from it to the line before, so that only together they show what was drawn. */
  joined?: boolean;
  /** Sections that begin or end with this line, in order. */
  marks?: readonly SectionMark[];
}

/** A line with more characters is shown in several pieces. */
export const LONGEST_LINE = 16_384;

/** Index of the first line that begins at the byte or after it. */
export function firstAtOrAfter(
  lines: readonly LogLine[],
  offset: number,
): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (lines[middle].offset < offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** How many of them have a number of their own. */
export function countLines(lines: readonly LogLine[]): number {
  return lines.reduce((sum, line) => sum + (line.continued ? 0 : 1), 0);
}
