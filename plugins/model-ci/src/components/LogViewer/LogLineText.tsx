import { memo, type CSSProperties, type ReactNode } from 'react';
import { useTheme, type Theme } from '@material-ui/core/styles';
import { parseAnsi, type Segment } from './ansi';
import { cssColour, logColours } from './colours';
import { findInLine } from './logSearch';
import type { LogLine } from './LogLine';

interface Mark {
  from: number;
  to: number;
  current: boolean;
}

/** The coloured text of a line, with what was searched for marked in it. */
export const LogLineText = memo(function ColouredText(props: {
  line: LogLine;
  /** In lower case; empty for no search. */
  words: string;
  /** First character of the match in sight, if it is in this line. */
  currentMatch?: number;
}) {
  const { line, words, currentMatch } = props;
  const theme = useTheme();
  const marks: Mark[] =
    words === ''
      ? []
      : findInLine(line.text, words).map(from => ({
          from,
          to: from + words.length,
          current: from === currentMatch,
        }));
  let position = 0;
  return (
    <>
      {parseAnsi(line.text, line.colours).map((segment, index) => {
        const start = position;
        position += segment.text.length;
        return (
          // Segments of a line have no other name than their place.
          // eslint-disable-next-line react/no-array-index-key
          <span key={index} style={segmentStyle(theme, segment)}>
            {markText(theme, segment.text, start, marks)}
          </span>
        );
      })}
    </>
  );
});

function markText(
  theme: Theme,
  text: string,
  start: number,
  marks: Mark[],
): ReactNode {
  const end = start + text.length;
  const here = marks.filter(mark => mark.from < end && mark.to > start);
  if (here.length === 0) {
    return text;
  }
  const colours = logColours(theme);
  const pieces: ReactNode[] = [];
  let position = start;
  for (const mark of here) {
    const from = Math.max(mark.from, start);
    const to = Math.min(mark.to, end);
    pieces.push(text.slice(position - start, from - start));
    pieces.push(
      <mark
        key={from}
        style={{
          color: colours.foreground,
          backgroundColor: mark.current ? colours.currentMatch : colours.match,
        }}
      >
        {text.slice(from - start, to - start)}
      </mark>,
    );
    position = to;
  }
  pieces.push(text.slice(position - start));
  return pieces;
}

function segmentStyle(theme: Theme, segment: Segment): CSSProperties {
  const { foreground, background } = segment;
  return {
    color: foreground && cssColour(theme, foreground),
    backgroundColor: background && cssColour(theme, background),
    fontWeight: segment.bold ? 700 : undefined,
    opacity: segment.dim ? 0.7 : undefined,
    fontStyle: segment.italic ? 'italic' : undefined,
    textDecoration:
      [segment.underline && 'underline', segment.strike && 'line-through']
        .filter(Boolean)
        .join(' ') || undefined,
  };
}
