import { colourStateAfter } from '../ansi';
import { byteLength } from '../byteLength';
import { LONGEST_LINE, type LogLine } from '../LogLine';
import { commandWithin, lineMark, overwrittenMark } from '../sections/marks';
import {
  readControls,
  unfinishedSequence,
  type Control,
  type ErasedPart,
} from './controls';
import { TerminalRow } from './TerminalRow';

/**
 * Lines that can still be changed, as by progress bars that are drawn over and over. Terminals are rarely
 * higher, and every one of these lines has to be looked at again whenever something is shown.
 */
export const SCREEN_ROWS = 200;

/** Behind the last column, wherever that is. */
const AT_END = -1;

// Everything that needs more than to be put behind what is there.
// eslint-disable-next-line no-control-regex
const CONTROLLED = /[\r\b\u001b]/;

/**
 * What a terminal shows of a log that arrives in pieces, in order. A terminal breaks lines and throws away
 * what leaves its top; this one is very wide, and hands over the lines that leave it.
 */
export class LogScreen {
  #rows: TerminalRow[];
  #row = 0;
  #column = AT_END;
  #style = '';
  #saved = { row: 0, column: 0 };
  /** The start of a sequence whose end has not arrived. */
  #rest = '';
  /** Byte at which `#rest` begins. */
  #position: number;
  /** Rows that have left the screen. */
  #gone = 0;
  #above = 0;

  /** `offset`: the byte at which the first piece begins. */
  constructor(offset: number) {
    this.#position = offset;
    this.#rows = [new TerminalRow(offset, '', false)];
  }

  /** How many rows above its first one, which it never had, were to be drawn on. */
  get above(): number {
    return this.#above;
  }

  /**
   * The lines on the screen without those that are drawn over by what follows, which was read before on a screen
   * of its own and drew on so many rows above that one.
   */
  pendingBefore(following: { above: number }): {
    lines: LogLine[];
    /** Rows above this screen's own first one that are drawn over. */
    above: number;
  } {
    if (following.above === 0 && this.#row === this.#rows.length - 1) {
      return { lines: this.pending(), above: this.#above };
    }
    const end = this.#row - following.above;
    const kept = this.#rows.slice(0, Math.max(0, end));
    return {
      lines: kept.map(row => row.line()),
      above: this.#above + Math.max(0, -end),
    };
  }

  /** Takes the next piece and answers the lines that can no longer change. `end` is the byte after it. */
  push(piece: string, end: number): LogLine[] {
    const whole = this.#rest + piece;
    this.#rest = unfinishedSequence(whole);
    const text = whole.slice(0, whole.length - this.#rest.length);
    let from = 0;
    for (;;) {
      const newline = text.indexOf('\n', from);
      if (newline < 0) {
        break;
      }
      const line = text.slice(from, newline);
      this.#write(line);
      this.#position += byteLength(line) + 1;
      this.#breakLine();
      from = newline + 1;
    }
    this.#write(text.slice(from));
    // Bytes that are no UTF-8 were replaced by characters of another length: the piece's own end is the truth.
    this.#position = end - byteLength(this.#rest);
    return this.#scroll();
  }

  /** The lines that are on the screen, down to the last one or the cursor. */
  pending(): LogLine[] {
    let end = this.#rows.length;
    while (end > this.#row && this.#rows[end - 1].isEmpty) {
      end -= 1;
    }
    return this.#rows.slice(0, end).map(row => row.line());
  }

  #scroll(): LogLine[] {
    const gone = this.#rows.splice(
      0,
      Math.max(0, this.#rows.length - SCREEN_ROWS),
    );
    this.#row -= gone.length;
    this.#gone += gone.length;
    return gone.map(row => row.line());
  }

  get #current(): TerminalRow {
    return this.#rows[this.#row];
  }

  #write(line: string) {
    if (!CONTROLLED.test(line)) {
      this.#writeText(line, line, 0);
      return;
    }
    for (const control of readControls(line)) {
      if (control.type === 'text') {
        this.#writeText(control.text, line, control.at);
      } else {
        this.#obey(control);
      }
    }
  }

  /** `at`: where the text stands in its line. */
  #writeText(text: string, line: string, at: number) {
    for (let from = 0; from < text.length; ) {
      const room =
        this.#column === AT_END
          ? this.#current.room
          : LONGEST_LINE - this.#column;
      if (room <= 0) {
        const before = byteLength(line.slice(0, at + from));
        this.#addRow(this.#position + before, true);
      } else {
        const to = cutPosition(text, from, room);
        this.#put(text.slice(from, to));
        from = to;
      }
    }
  }

  #put(text: string) {
    const row = this.#current;
    if (this.#column === AT_END || (row.isEmpty && this.#column === 0)) {
      row.append(text, this.#style);
      this.#column = AT_END;
    } else {
      const column = row.overwrite(this.#column, text, this.#style);
      this.#column = column >= row.width ? AT_END : column;
    }
  }

  #obey(control: Exclude<Control, { type: 'text' }>) {
    switch (control.type) {
      case 'return':
        this.#return();
        break;
      case 'backspace':
        this.#moveTo(this.#columnNow() - 1);
        break;
      case 'left':
        this.#moveTo(this.#columnNow() - control.count);
        break;
      case 'right':
        this.#moveTo(this.#columnNow() + control.count);
        break;
      case 'column':
        this.#moveTo(control.column);
        break;
      case 'up':
      case 'lineUp':
        this.#moveRow(-control.count, control.type === 'lineUp');
        break;
      case 'down':
      case 'lineDown':
        this.#moveRow(control.count, control.type === 'lineDown');
        break;
      case 'colour':
        this.#colour(control.sequence);
        break;
      case 'eraseLine':
        this.#eraseLine(control.part);
        break;
      case 'eraseScreen':
        this.#eraseScreen(control.part);
        break;
      case 'save':
        this.#saved = {
          row: this.#gone + this.#row,
          column: this.#columnNow(),
        };
        break;
      default:
        this.#restore();
    }
  }

  #return() {
    const row = this.#current;
    const mark = row.text === undefined ? undefined : overwrittenMark(row.text);
    if (mark) {
      row.mark(mark, '');
    }
    this.#column = row.isEmpty ? AT_END : 0;
  }

  #columnNow(): number {
    return this.#column === AT_END ? this.#current.width : this.#column;
  }

  #moveTo(column: number) {
    const row = this.#current;
    const reached = row.reachable(column);
    this.#column = reached === row.width ? AT_END : reached;
  }

  #moveRow(count: number, toStart: boolean) {
    const column = toStart ? 0 : this.#columnNow();
    const top = Math.max(0, this.#rows.length - SCREEN_ROWS);
    const wanted = this.#row + count;
    if (wanted < 0 && this.#gone === 0) {
      this.#above = Math.min(SCREEN_ROWS, this.#above - wanted);
    }
    // Rows that nothing was written to have no place in the log, so that the last one is the lowest.
    const row = Math.max(top, Math.min(wanted, this.#rows.length - 1));
    for (let joined = row + 1; joined <= this.#row; joined += 1) {
      this.#rows[joined].join();
    }
    this.#row = row;
    this.#moveTo(column);
  }

  #colour(sequence: string) {
    const row = this.#current;
    if (this.#column === AT_END && !row.isEmpty) {
      if (row.room < sequence.length) {
        return;
      }
      row.append(sequence, this.#style);
    }
    this.#style = colourStateAfter(this.#style, sequence);
  }

  #eraseLine(part: ErasedPart) {
    const column = this.#columnNow();
    const row = this.#current;
    row.erase(column, part);
    // The cursor stays where it is.
    this.#column = column === row.width ? AT_END : column;
  }

  #eraseScreen(part: ErasedPart) {
    if (part === 'after') {
      this.#eraseLine('after');
      this.#rows.length = this.#row + 1;
    } else if (part === 'all' && this.#rows.some(row => !row.isEmpty)) {
      // What a cleared terminal showed stays above, where one can still read it.
      this.#row = this.#rows.length - 1;
      if (!this.#current.isEmpty) {
        this.#addRow(this.#position, false);
      }
      this.#column = AT_END;
    }
  }

  #restore() {
    const row = this.#saved.row - this.#gone;
    this.#moveRow(row - this.#row, true);
    this.#moveTo(this.#saved.column);
  }

  #breakLine() {
    if (this.#row < this.#rows.length - 1) {
      this.#row += 1;
      this.#column = this.#current.isEmpty ? AT_END : 0;
      return;
    }
    const row = this.#current;
    this.#splitCommand(row);
    this.#markLine(this.#current);
    const hidden =
      this.#current.isEmpty &&
      this.#current.marks.length > 0 &&
      this.#current.marks.every(({ type }) => type === 'end');
    if (hidden) {
      // A line that only ends a section is none of its own: the next one ends it.
      this.#current.offset = this.#position;
      this.#column = AT_END;
    } else {
      this.#addRow(this.#position, false);
    }
  }

  #markLine(row: TerminalRow) {
    const found = row.text === undefined ? undefined : lineMark(row.text);
    if (found) {
      row.mark(found.mark, found.text);
    }
  }

  /** A command's mark begins a line, also where the output before did not end its own. */
  #splitCommand(row: TerminalRow) {
    const at = row.text === undefined ? -1 : commandWithin(row.text);
    if (row.text === undefined || at <= 0) {
      return;
    }
    const command = row.text.slice(at);
    const before = row.text.slice(0, at);
    row.erase(0, 'all');
    row.append(before, row.colours);
    this.#addRow(this.#position - byteLength(command) - 1, false);
    this.#current.append(command, '');
  }

  #addRow(offset: number, continued: boolean) {
    this.#rows.push(new TerminalRow(offset, this.#style, continued));
    this.#row = this.#rows.length - 1;
    this.#column = AT_END;
  }
}

/** Where a text is cut that has to fit: not inside a surrogate pair. */
function cutPosition(text: string, from: number, room: number): number {
  const to = from + room;
  if (to >= text.length) {
    return text.length;
  }
  const code = text.charCodeAt(to - 1);
  return room > 1 && code >= 0xd800 && code <= 0xdbff ? to - 1 : to;
}
