import { colourStateAfter } from './ansi';

/** A line of a log, as it is shown. */
export interface LogLine {
  /** Byte of the log at which the line begins: its name for ever. */
  offset: number;
  /** Without its end; of what a carriage return overwrote, only the last state. May hold ANSI colours. */
  text: string;
  /** Colours in force at its start, see `colourStateAfter`. */
  colours: string;
  /** It continues the line before, which was too long for one piece. */
  continued: boolean;
}

/** A line with more characters is shown in several pieces. */
export const LONGEST_LINE = 16_384;

const encoder = new TextEncoder();

/** Makes lines of a log that arrives in pieces, in order. */
export class LineSplitter {
  #offset: number;
  #colours = '';
  #rest = '';
  /** Bytes of the unfinished line, of which `#rest` may be only what is still to be seen. */
  #restBytes = 0;
  #continued = false;

  readonly #coloured: boolean;

  /** `offset`: the byte at which the first piece begins. Lines that will not be shown need no colours. */
  constructor(offset: number, coloured = true) {
    this.#offset = offset;
    this.#coloured = coloured;
  }

  /** Takes the next piece and answers the lines that it ends. `end` is the byte after it. */
  push(text: string, end: number): LogLine[] {
    const lines: LogLine[] = [];
    let from = 0;
    for (;;) {
      const newline = text.indexOf('\n', from);
      if (newline < 0) {
        break;
      }
      this.#extend(text.slice(from, newline), lines);
      this.#restBytes += 1;
      this.#finish(lines, false);
      from = newline + 1;
    }
    this.#extend(text.slice(from), lines);
    // Bytes that are no UTF-8 were replaced by characters of another length: the piece's own end is the truth.
    this.#restBytes = Math.max(0, end - this.#offset);
    return lines;
  }

  /** The line that has no end yet. */
  pending(): LogLine | undefined {
    if (this.#restBytes === 0) {
      return undefined;
    }
    return this.#line(this.#rest);
  }

  #extend(text: string, lines: LogLine[]) {
    this.#restBytes += byteLength(text);
    let rest = this.#rest + text;
    // A carriage return at the very end may belong to the newline that follows.
    const back = rest.lastIndexOf('\r', rest.length - 2);
    if (back >= 0) {
      this.#advanceColours(rest.slice(0, back));
      rest = rest.slice(back + 1);
    }
    this.#rest = rest;
    while (this.#rest.length > LONGEST_LINE) {
      const piece = this.#rest.slice(0, cutPosition(this.#rest));
      const after = this.#rest.slice(piece.length);
      const bytesAfter = byteLength(after);
      this.#rest = piece;
      const total = this.#restBytes;
      this.#restBytes = Math.max(0, total - bytesAfter);
      this.#finish(lines, true);
      this.#rest = after;
      this.#restBytes = bytesAfter;
    }
  }

  #finish(lines: LogLine[], continues: boolean) {
    const text = this.#rest.endsWith('\r')
      ? this.#rest.slice(0, -1)
      : this.#rest;
    lines.push(this.#line(text));
    this.#advanceColours(text);
    this.#offset += this.#restBytes;
    this.#rest = '';
    this.#restBytes = 0;
    this.#continued = continues;
  }

  #advanceColours(text: string) {
    if (this.#coloured) {
      this.#colours = colourStateAfter(this.#colours, text);
    }
  }

  #line(text: string): LogLine {
    return {
      offset: this.#offset,
      text,
      colours: this.#colours,
      continued: this.#continued,
    };
  }
}

/** Not inside a surrogate pair. */
function cutPosition(text: string): number {
  const code = text.charCodeAt(LONGEST_LINE - 1);
  return code >= 0xd800 && code <= 0xdbff ? LONGEST_LINE - 1 : LONGEST_LINE;
}

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  // Most of a log is ASCII, for which no copy has to be made.
  for (let i = 0; i < text.length; i += 1) {
    if (text.charCodeAt(i) > 127) {
      return encoder.encode(text).length;
    }
  }
  return text.length;
}
