/** What a terminal does with the next piece of a log. */
export type Control =
  /** `at`: where it stands in its line. */
  | { type: 'text'; text: string; at: number }
  | { type: 'return' }
  | { type: 'backspace' }
  /** Colours and weights, as the sequence that sets them. */
  | { type: 'colour'; sequence: string }
  | { type: 'up' | 'down' | 'left' | 'right'; count: number }
  /** Up or down to the start of a line. */
  | { type: 'lineUp' | 'lineDown'; count: number }
  | { type: 'column'; column: number }
  | { type: 'eraseLine'; part: ErasedPart }
  | { type: 'eraseScreen'; part: ErasedPart }
  | { type: 'save' | 'restore' };

export type ErasedPart = 'after' | 'before' | 'all';

const PARTS: Record<string, ErasedPart> = {
  '': 'after',
  0: 'after',
  1: 'before',
  2: 'all',
};

// A text, one control character, or an escape sequence: of colours and cursor ([…), a string such as a title or
// a hyperlink (up to its end), or a short one.
const TOKEN =
  // Control sequences are what this file is about.
  // eslint-disable-next-line no-control-regex
  /[^\r\b\u001b]+|[\r\b]|\u001b\[([0-?]*)[ -/]*([@-~])|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-OQ-WYZ\\a-~]/gy;

// What may become one of these once more of the log has arrived.
const UNFINISHED =
  // eslint-disable-next-line no-control-regex
  /^\u001b(?:\[[0-?]*[ -/]*|[\]PX^_][^\u0007\u001b]*\u001b?|[ -/]*)$/;
/** A sequence that is longer is none: its text is shown. */
const LONGEST_SEQUENCE = 4096;

/** The start of a sequence at the end of a text, which has to wait for the rest. */
export function unfinishedSequence(text: string): string {
  const from = text.lastIndexOf('\u001b');
  if (from < 0 || text.length - from > LONGEST_SEQUENCE) {
    return '';
  }
  // The end of a string is an escape itself.
  const start =
    from === text.length - 1 ? stringBefore(text, from) ?? from : from;
  const rest = text.slice(start);
  return UNFINISHED.test(rest) ? rest : '';
}

function stringBefore(text: string, end: number): number | undefined {
  const start = text.lastIndexOf('\u001b', end - 1);
  const isString =
    start >= 0 &&
    end - start <= LONGEST_SEQUENCE &&
    UNFINISHED.test(text.slice(start));
  return isString ? start : undefined;
}

/** Takes a line apart. What a terminal would ignore is left out. */
export function* readControls(line: string): Generator<Control> {
  let position = 0;
  while (position < line.length) {
    TOKEN.lastIndex = position;
    const token = TOKEN.exec(line);
    if (!token) {
      // An escape that begins nothing.
      position += 1;
    } else {
      position = TOKEN.lastIndex;
      const control = toControl(token);
      if (control) {
        yield control;
      }
    }
  }
}

function toControl(found: RegExpExecArray): Control | undefined {
  const [token, parameters, final] = found;
  if (parameters !== undefined && final !== undefined) {
    return toCursorControl(token, parameters, final);
  }
  switch (token) {
    case '\r':
      return { type: 'return' };
    case '\b':
      return { type: 'backspace' };
    case '\u001b7':
      return { type: 'save' };
    case '\u001b8':
      return { type: 'restore' };
    case '\u001bM':
      return { type: 'up', count: 1 };
    default:
      return token.startsWith('\u001b')
        ? undefined
        : { type: 'text', text: token, at: found.index };
  }
}

function toCursorControl(
  sequence: string,
  parameters: string,
  final: string,
): Control | undefined {
  if (final === 'm') {
    return /^[0-9;:]*$/.test(parameters)
      ? { type: 'colour', sequence }
      : undefined;
  }
  const count = Math.max(1, Number.parseInt(parameters, 10) || 1);
  switch (final) {
    case 'A':
      return { type: 'up', count };
    case 'B':
      return { type: 'down', count };
    case 'C':
      return { type: 'right', count };
    case 'D':
      return { type: 'left', count };
    case 'E':
      return { type: 'lineDown', count };
    case 'F':
      return { type: 'lineUp', count };
    case 'G':
    case '`':
      return { type: 'column', column: count - 1 };
    case 'J':
    case 'K': {
      const part = PARTS[parameters];
      const type = final === 'K' ? 'eraseLine' : 'eraseScreen';
      return part && { type, part };
    }
    case 's':
      return { type: 'save' };
    case 'u':
      return { type: 'restore' };
    case 'H':
    case 'f':
      // How high the terminal is that the tool had in mind is unknown; the column is not.
      return { type: 'column', column: columnOf(parameters) };
    default:
      return undefined;
  }
}

function columnOf(parameters: string): number {
  return Math.max(1, Number.parseInt(parameters.split(';')[1], 10) || 1) - 1;
}
