import type { LogLine } from '../LogLine';
import type { SectionMark, SectionStart } from './marks';

/** A part of the lines that can be folded into its first one. */
export interface Section {
  kind: SectionStart['kind'];
  /** Index of its first line, which stays when it is folded. */
  start: number;
  /** Index behind its last line. */
  end: number;
  /** In how many others it lies. */
  depth: number;
  collapsed: boolean;
}

type OpenSection = Section & { name?: string };

/** The sections that begin in these lines, in order. What has no end reaches to the last line. */
export function findSections(lines: readonly LogLine[]): Section[] {
  const found: OpenSection[] = [];
  const open: OpenSection[] = [];
  const close = (depth: number, end: number) => {
    for (const section of open.splice(depth)) {
      section.end = end;
    }
  };
  for (const [index, marks] of markedLines(lines)) {
    for (const mark of marks) {
      if (mark.type === 'end') {
        const depth = open.findLastIndex(
          ({ kind, name }) => kind === 'group' && name === mark.name,
        );
        if (depth >= 0) {
          close(depth, index);
        }
      } else {
        // The stage's next command begins when the one before has ended, with all that it left open.
        close(mark.kind === 'command' ? 0 : open.length, index);
        const section = {
          kind: mark.kind,
          name: mark.name,
          start: index,
          end: lines.length,
          depth: open.length,
          collapsed: mark.collapsed,
        };
        found.push(section);
        open.push(section);
      }
    }
  }
  return found;
}

/** Few lines of very many have marks. */
function* markedLines(
  lines: readonly LogLine[],
): Generator<[index: number, marks: readonly SectionMark[]]> {
  for (let index = 0; index < lines.length; index += 1) {
    const { marks } = lines[index];
    if (marks) {
      yield [index, marks];
    }
  }
}

/** Indices of the lines that are not folded away; undefined for all. */
export function unfoldedLines(
  count: number,
  folded: readonly Section[],
): number[] | undefined {
  if (folded.length === 0) {
    return undefined;
  }
  const shown: number[] = [];
  let next = 0;
  for (let index = 0; index < count; ) {
    shown.push(index);
    let end = index + 1;
    while (next < folded.length && folded[next].start <= index) {
      end = Math.max(end, folded[next].end);
      next += 1;
    }
    // Those within it are folded away with it.
    while (next < folded.length && folded[next].start < end) {
      next += 1;
    }
    index = end;
  }
  return shown;
}
