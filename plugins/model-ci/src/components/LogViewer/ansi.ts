import Anser from 'anser';

/** Text of one colour and weight. */
export interface Segment {
  text: string;
  /** Names of the sixteen terminal colours, `palette-<0…255>`, or `r, g, b`. */
  foreground?: string;
  background?: string;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
  strike: boolean;
}

// What a terminal would act on instead of showing: control sequences other than colours, titles and
// hyperlinks (up to their end, or to the line's), lone escapes, control characters.
const SEQUENCES = [
  '\\[[0-?]*[ -/]*[@-ln-~]',
  '\\[[<-?][0-?]*[ -/]*m',
  '[\\]PX^_][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\|$)',
  '[ -/]*[0-Z\\\\^-~]',
].join('|');
const CONTROLS = '[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001a\\u007f]';
const NOT_COLOUR = new RegExp(
  `\\u001b(?:${SEQUENCES}|(?!\\[[0-9;:]*m))|${CONTROLS}`,
  'g',
);
const NOT_SHOWN = new RegExp(
  `\\u001b(?:\\[[0-9;:]*m|${SEQUENCES}|)|${CONTROLS}`,
  'g',
);
// Escape sequences are what this file is about.
// eslint-disable-next-line no-control-regex
const COLOUR = /\u001b\[[0-9;:]*m/g;
const LONGEST_STATE = 256;

/** What is left to be shown of a line, or of several. */
export function plainText(text: string): string {
  return text.replace(NOT_SHOWN, '');
}

/** The colours in force after `text`, as the sequences that set them, given those in force before it. */
export function colourStateAfter(state: string, text: string): string {
  if (!text.includes('\u001b')) {
    return state;
  }
  let after = state;
  for (const [sequence] of text.matchAll(COLOUR)) {
    if (/^\[0*m$/.test(sequence.slice(1))) {
      after = '';
    } else {
      after += sequence;
    }
  }
  // A log that never resets its colours keeps the latest ones.
  return after.length > LONGEST_STATE
    ? after.slice(after.indexOf('\u001b', after.length - LONGEST_STATE))
    : after;
}

/** A line as coloured text. Nothing of it is ever read as HTML: it becomes text of elements. */
export function parseAnsi(line: string, state = ''): Segment[] {
  if (state === '' && !line.includes('\u001b')) {
    const text = plainText(line);
    return text === '' ? [] : [plainSegment(text)];
  }
  return Anser.ansiToJson(state + line.replace(NOT_COLOUR, ''), {
    json: true,
    use_classes: true,
    remove_empty: true,
  })
    .filter(entry => entry.content !== '')
    .map(entry => {
      const reverse = entry.decorations.includes('reverse');
      const foreground = colour(entry.fg, entry.fg_truecolor);
      const background = colour(entry.bg, entry.bg_truecolor);
      return {
        text: entry.content,
        foreground: reverse ? background ?? 'background' : foreground,
        background: reverse ? foreground ?? 'foreground' : background,
        bold: entry.decorations.includes('bold'),
        dim: entry.decorations.includes('dim'),
        italic: entry.decorations.includes('italic'),
        underline: entry.decorations.includes('underline'),
        strike: entry.decorations.includes('strikethrough'),
      };
    });
}

function plainSegment(text: string): Segment {
  return {
    text,
    bold: false,
    dim: false,
    italic: false,
    underline: false,
    strike: false,
  };
}

function colour(name: string | null, truecolour: string | null) {
  if (!name) {
    return undefined;
  }
  return name === 'ansi-truecolor'
    ? truecolour ?? undefined
    : name.replace(/^ansi-/, '');
}
