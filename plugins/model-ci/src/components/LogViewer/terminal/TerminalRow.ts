import { LONGEST_LINE, type LogLine } from '../LogLine';
import type { SectionMark } from '../sections/marks';
import type { ErasedPart } from './controls';
import { cellsOf, renderCells, splitWide, widthOf, type Cell } from './cells';

/** Columns that a cursor may be moved to beyond the text; terminals are hardly wider. */
const WIDEST_MOVE = 256;

/** One row of a terminal. As long as text is only added at its end it is kept as it came. */
export class TerminalRow {
  joined = false;
  #text = '';
  #cells?: Cell[];
  #marks: SectionMark[] = [];
  #line?: LogLine;

  constructor(
    public offset: number,
    public colours: string,
    readonly continued: boolean,
  ) {}

  get isEmpty(): boolean {
    return (this.#cells ?? this.#text).length === 0;
  }

  /** The text as it came, unless something of it was overwritten. */
  get text(): string | undefined {
    return this.#cells ? undefined : this.#text;
  }

  get marks(): readonly SectionMark[] {
    return this.#marks;
  }

  /** How many characters still fit behind its end. */
  get room(): number {
    return LONGEST_LINE - (this.#cells ?? this.#text).length;
  }

  /** First column behind its text. */
  get width(): number {
    return this.#cells?.length ?? widthOf(this.#text);
  }

  line(): LogLine {
    this.#line ??= {
      offset: this.offset,
      text: this.#cells ? renderCells(this.#cells) : this.#text,
      colours: this.#cells ? '' : this.colours,
      continued: this.continued,
      ...(this.joined && { joined: true }),
      ...(this.#marks.length > 0 && { marks: this.#marks }),
    };
    return this.#line;
  }

  join() {
    this.joined = true;
    this.#line = undefined;
  }

  mark(mark: SectionMark, text: string) {
    this.#marks = [...this.#marks, mark];
    if (mark.type === 'start' && mark.kind === 'command') {
      // What the portal wrote is in no colour of the tool before.
      this.colours = '';
    }
    this.#text = text;
    this.#line = undefined;
  }

  /** Adds text or a colour at the end; `style` is in force before it. */
  append(text: string, style: string) {
    this.#line = undefined;
    if (this.#cells) {
      this.#cells.push(...cellsOf(text, style));
    } else {
      if (this.#text === '') {
        this.colours = style;
      }
      this.#text += text;
    }
  }

  /** Writes over what stands at a column, and answers the column behind it. */
  overwrite(column: number, text: string, style: string): number {
    this.#line = undefined;
    if (column === 0 && !this.#cells && widthOf(text) >= this.width) {
      this.#text = text;
      this.colours = style;
      return this.width;
    }
    const cells = this.#toCells();
    const written = cellsOf(text, style);
    while (cells.length < column) {
      cells.push({ text: ' ', style: '' });
    }
    splitWide(cells, column);
    splitWide(cells, column + written.length);
    for (const [index, cell] of written.entries()) {
      cells[column + index] = cell;
    }
    return column + written.length;
  }

  erase(column: number, part: ErasedPart) {
    this.#line = undefined;
    if (part === 'all' || (part === 'after' && column === 0)) {
      this.#text = '';
      this.#cells = undefined;
    } else if (part === 'after') {
      const cells = this.#toCells();
      splitWide(cells, column);
      cells.splice(column);
    } else {
      const cells = this.#toCells();
      splitWide(cells, column + 1);
      for (let at = 0; at <= Math.min(column, cells.length - 1); at += 1) {
        cells[at] = { text: ' ', style: '' };
      }
    }
  }

  /** The column that a cursor comes to that is to be moved to this one. */
  reachable(column: number): number {
    return Math.max(0, Math.min(column, Math.max(this.width, WIDEST_MOVE)));
  }

  #toCells(): Cell[] {
    this.#cells ??= cellsOf(this.#text, this.colours);
    return this.#cells;
  }
}
