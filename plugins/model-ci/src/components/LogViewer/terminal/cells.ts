import { colourStateAfter, plainText } from '../ansi';

/** One column of a terminal. The second column of a wide character has no text. */
export interface Cell {
  text: string;
  /** The sequences that set its colours. */
  style: string;
}

// Escape sequences are what this file is about.
// eslint-disable-next-line no-control-regex
const PIECE = /\u001b\[[0-9;:]*m|[^\u001b]+|\u001b/g;
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const WITHOUT_WIDTH = /^[\p{M}\u200b-\u200d]$/u;
const NARROW_ONLY = /^[ -~]*$/;
const TAB_STOP = 8;

/** The columns that a text fills. It may hold colours. */
export function cellsOf(text: string, style: string): Cell[] {
  const cells: Cell[] = [];
  let current = style;
  for (const [piece] of text.matchAll(PIECE)) {
    if (piece.startsWith('\u001b')) {
      current = colourStateAfter(current, piece);
    } else {
      for (const character of plainText(piece)) {
        addCharacter(cells, character, current);
      }
    }
  }
  return cells;
}

function addCharacter(cells: Cell[], character: string, style: string) {
  if (character === '\t') {
    do {
      cells.push({ text: ' ', style });
    } while (cells.length % TAB_STOP !== 0);
  } else if (WITHOUT_WIDTH.test(character)) {
    const last = cells[cells.length - 1];
    if (last) {
      last.text += character;
    }
  } else {
    cells.push({ text: character, style });
    if (WIDE.test(character)) {
      cells.push({ text: '', style });
    }
  }
}

/** Makes a place at which cells can be cut or overwritten: half a wide character is none. */
export function splitWide(cells: Cell[], column: number) {
  if (cells[column]?.text === '') {
    cells[column - 1].text = ' ';
    cells[column].text = ' ';
  }
}

/** How many columns a text fills. */
export function widthOf(text: string): number {
  return NARROW_ONLY.test(text) ? text.length : cellsOf(text, '').length;
}

/** The text of these columns, with its colours. */
export function renderCells(cells: readonly Cell[]): string {
  let text = '';
  let style = '';
  for (const cell of cells) {
    if (cell.style !== style) {
      text += `${style === '' ? '' : '\u001b[0m'}${cell.style}`;
      style = cell.style;
    }
    text += cell.text;
  }
  return text;
}
