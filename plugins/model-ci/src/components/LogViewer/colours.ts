import type { Theme } from '@material-ui/core/styles';

const NAMES = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
];
// Chosen to be readable on the viewer's own backgrounds below.
const LIGHT = [
  '#24292f',
  '#b3261e',
  '#116329',
  '#7d4e00',
  '#0550ae',
  '#8250df',
  '#0b6b75',
  '#57606a',
];
const LIGHT_BRIGHT = [
  '#57606a',
  '#cf222e',
  '#1a7f37',
  '#9a6700',
  '#0969da',
  '#a475f9',
  '#1b7c83',
  '#6e7781',
];
const DARK = [
  '#8b949e',
  '#ff7b72',
  '#56d364',
  '#e3b341',
  '#79c0ff',
  '#d2a8ff',
  '#56d4dd',
  '#e6edf3',
];
const DARK_BRIGHT = [
  '#a4adb8',
  '#ffa198',
  '#7ee787',
  '#f2cc60',
  '#a5d6ff',
  '#e2c5ff',
  '#9be9f0',
  '#ffffff',
];

export interface LogColours {
  background: string;
  foreground: string;
  gutter: string;
  hover: string;
  selected: string;
  match: string;
  currentMatch: string;
}

/** The viewer's own colours in a theme. */
export function logColours(theme: Theme): LogColours {
  return theme.palette.type === 'dark'
    ? {
        background: '#0d1117',
        foreground: '#e6edf3',
        gutter: '#8b949e',
        hover: '#161b22',
        selected: '#2d2a12',
        match: '#5a4a00',
        currentMatch: '#9e6a03',
      }
    : {
        background: '#fafbfc',
        foreground: '#24292f',
        gutter: '#656d76',
        hover: '#eef1f4',
        selected: '#fff4c2',
        match: '#fff0a6',
        currentMatch: '#ffc34d',
      };
}

/** A colour of a {@link Segment} for CSS; undefined for one that a terminal would not know. */
export function cssColour(theme: Theme, name: string): string | undefined {
  const dark = theme.palette.type === 'dark';
  if (name === 'foreground' || name === 'background') {
    return logColours(theme)[name];
  }
  const bright = name.startsWith('bright-');
  const index = NAMES.indexOf(name.replace(/^bright-/, ''));
  if (index >= 0) {
    return basic(dark, bright, index);
  }
  const palette = /^palette-(\d{1,3})$/.exec(name);
  if (palette) {
    return paletteColour(dark, Number(palette[1]));
  }
  return /^\d{1,3}, ?\d{1,3}, ?\d{1,3}$/.test(name)
    ? `rgb(${name})`
    : undefined;
}

function basic(dark: boolean, bright: boolean, index: number): string {
  if (dark) {
    return (bright ? DARK_BRIGHT : DARK)[index];
  }
  return (bright ? LIGHT_BRIGHT : LIGHT)[index];
}

/** The 256 colours of xterm: the sixteen basic ones, a cube of 6 × 6 × 6, and greys. */
function paletteColour(dark: boolean, index: number): string | undefined {
  if (index < 16) {
    return basic(dark, index >= 8, index % 8);
  }
  if (index > 255) {
    return undefined;
  }
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return `rgb(${grey}, ${grey}, ${grey})`;
  }
  const cube = index - 16;
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  return `rgb(${level(Math.floor(cube / 36))}, ${level(
    Math.floor(cube / 6) % 6,
  )}, ${level(cube % 6)})`;
}
