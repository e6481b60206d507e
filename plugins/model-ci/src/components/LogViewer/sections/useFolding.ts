import { useCallback, useMemo, useState } from 'react';
import type { LogLine } from '../LogLine';
import { findSections, unfoldedLines, type Section } from './findSections';

/** Which sections of a log are folded, and which lines are left to be shown, each in a row. */
export interface Folding {
  /** The section that a line begins, by the line's index. */
  sectionAt(index: number): Section | undefined;
  isFolded(index: number): boolean;
  toggle(index: number): void;
  /** Opens every section that hides a line, and answers whether there was any. */
  reveal(index: number): boolean;
  /** Undefined where there is nothing to fold. */
  foldAll?: () => void;
  unfoldAll?: () => void;
  /** How many lines are shown. */
  count: number;
  /** Index of the line that is shown in a row, and the row in which a line is shown or folded away. */
  lineOf(row: number): number;
  rowOf(index: number): number;
}

/** What the reader chose, by the byte at which a section begins; where nothing was chosen the log decides. */
type Choices = ReadonlyMap<number, boolean>;

export function useFolding(lines: readonly LogLine[]): Folding {
  const [choices, setChoices] = useState<Choices>(new Map());
  const sections = useMemo(() => findSections(lines), [lines]);
  const folded = useMemo(
    () =>
      sections.filter(
        ({ start, end, collapsed }) =>
          end > start + 1 && (choices.get(lines[start].offset) ?? collapsed),
      ),
    [sections, choices, lines],
  );
  const shown = useMemo(
    () => unfoldedLines(lines.length, folded),
    [lines, folded],
  );
  const byStart = useMemo(
    () => new Map(sections.map(section => [section.start, section])),
    [sections],
  );
  const foldedStarts = useMemo(
    () => new Set(folded.map(({ start }) => start)),
    [folded],
  );

  const choose = useCallback(
    (chosen: readonly Section[], fold: boolean) => {
      const made = chosen.map(
        ({ start }) => [lines[start].offset, fold] as const,
      );
      if (made.length > 0) {
        setChoices(before => new Map([...before, ...made]));
      }
    },
    [lines],
  );

  const lineOf = useCallback(
    (row: number) => (shown ? shown[row] : row),
    [shown],
  );

  return useMemo(() => {
    const isFolded = (index: number) => foldedStarts.has(index);
    return {
      sectionAt: index => byStart.get(index),
      isFolded,
      toggle: index => {
        const section = byStart.get(index);
        if (section) {
          choose([section], !isFolded(index));
        }
      },
      reveal: index => {
        const hiding = folded.filter(
          ({ start, end }) => start < index && index < end,
        );
        choose(hiding, false);
        return hiding.length > 0;
      },
      ...(sections.length > 0 && {
        foldAll: () => choose(sections, true),
        unfoldAll: () => choose(sections, false),
      }),
      count: shown?.length ?? lines.length,
      lineOf,
      rowOf: index => (shown ? rowWith(shown, index) : index),
    };
  }, [sections, byStart, folded, foldedStarts, shown, lines, choose, lineOf]);
}

/** The last row that does not lie behind a line. */
function rowWith(shown: readonly number[], index: number): number {
  let low = 0;
  let high = shown.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (shown[middle] <= index) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return Math.max(0, low - 1);
}
