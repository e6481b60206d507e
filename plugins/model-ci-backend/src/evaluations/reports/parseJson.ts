import { malformed, quote } from './ReportReader';

/** A JSON value that knows where it stands. */
export type JsonNode = { offset: number } & (
  | {
      type: 'object';
      members: Array<{ name: string; value: JsonNode; offset: number }>;
    }
  | { type: 'array'; items: JsonNode[] }
  | { type: 'string'; value: string }
  | { type: 'number'; value: number; text: string }
  | { type: 'boolean'; value: boolean }
  | { type: 'null' }
);

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[-+]?[A-Za-z_$][\w$]*/y;
const SPACE = /[ \t\r\n]*/y;

/** Line and column, from 1, of an offset in a text. */
export function placeOf(
  text: string,
  offset: number,
): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (
    let newline = text.indexOf('\n');
    newline >= 0 && newline < offset;
    newline = text.indexOf('\n', newline + 1)
  ) {
    line += 1;
    start = newline + 1;
  }
  return { line, column: offset - start + 1 };
}

class JsonParser {
  #at = 0;

  constructor(
    private readonly text: string,
    private readonly maxDepth: number,
  ) {}

  parse(): JsonNode {
    this.#skipSpace();
    if (this.#at === this.text.length)
      throw this.#malformed('the file is empty');
    const node = this.#value(0);
    this.#skipSpace();
    if (this.#at < this.text.length) {
      throw this.#malformed(
        `nothing may follow the value, found ${this.#found()}`,
      );
    }
    return node;
  }

  #value(depth: number): JsonNode {
    const offset = this.#at;
    const first = this.text[offset];
    if (first === '{' || first === '[') {
      if (depth >= this.maxDepth) {
        throw this.#malformed(
          `values are nested more than ${this.maxDepth} deep`,
        );
      }
      return first === '{' ? this.#object(depth) : this.#array(depth);
    }
    if (first === '"') return { type: 'string', value: this.#string(), offset };
    const number = this.#match(NUMBER);
    if (number !== undefined && !this.#peek(WORD)) {
      return { type: 'number', value: Number(number), text: number, offset };
    }
    this.#at = offset;
    return this.#word();
  }

  #word(): JsonNode {
    const offset = this.#at;
    const word = this.#match(WORD);
    switch (word) {
      case 'true':
      case 'false':
        return { type: 'boolean', value: word === 'true', offset };
      case 'null':
        return { type: 'null', offset };
      default:
    }
    this.#at = offset;
    if (word && /^[-+]?(nan|inf|infinity)$/i.test(word)) {
      throw this.#malformed(
        `${word} is not a number that JSON knows; leave the value out or report a finite one`,
      );
    }
    throw this.#malformed(`expected a value, found ${this.#found()}`);
  }

  #object(depth: number): JsonNode {
    const offset = this.#at;
    const members: Array<{ name: string; value: JsonNode; offset: number }> =
      [];
    this.#list('}', () => {
      const start = this.#at;
      if (this.text[start] !== '"') {
        throw this.#malformed(
          `expected a name in double quotes, found ${this.#found()}`,
        );
      }
      const name = this.#string();
      this.#skipSpace();
      if (this.text[this.#at] !== ':') {
        throw this.#malformed(
          `expected ':' after ${quote(name)}, found ${this.#found()}`,
        );
      }
      this.#at += 1;
      this.#skipSpace();
      members.push({ name, value: this.#value(depth + 1), offset: start });
    });
    return { type: 'object', members, offset };
  }

  #array(depth: number): JsonNode {
    const offset = this.#at;
    const items: JsonNode[] = [];
    this.#list(']', () => items.push(this.#value(depth + 1)));
    return { type: 'array', items, offset };
  }

  /** Reads elements separated by commas, from the opening bracket to behind the closing one. */
  #list(close: string, readElement: () => void): void {
    this.#at += 1;
    this.#skipSpace();
    if (this.text[this.#at] === close) {
      this.#at += 1;
      return;
    }
    for (;;) {
      readElement();
      this.#skipSpace();
      const next = this.text[this.#at];
      if (next !== ',' && next !== close) {
        throw this.#malformed(
          `expected ',' or '${close}', found ${this.#found()}`,
        );
      }
      this.#at += 1;
      if (next === close) return;
      this.#skipSpace();
      if (this.text[this.#at] === close) {
        throw this.#malformed(`a comma may not stand before '${close}'`);
      }
    }
  }

  #string(): string {
    const start = this.#at;
    let end = start + 1;
    while (end < this.text.length && this.text[end] !== '"') {
      end += this.text[end] === '\\' ? 2 : 1;
    }
    if (end >= this.text.length) {
      throw this.#malformed('the text in double quotes does not end');
    }
    try {
      const value: unknown = JSON.parse(this.text.slice(start, end + 1));
      this.#at = end + 1;
      return String(value);
    } catch {
      throw this.#malformed(
        'the text in double quotes holds a line break, a control character or an unknown escape',
      );
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.text)?.[0];
    if (match) this.#at += match.length;
    return match || undefined;
  }

  #peek(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    return pattern.test(this.text);
  }

  #skipSpace(): void {
    this.#match(SPACE);
  }

  #found(): string {
    const rest = this.text.slice(this.#at, this.#at + 12);
    return rest === '' ? 'the end of the file' : quote(rest);
  }

  #malformed(message: string) {
    return malformed(message, placeOf(this.text, this.#at));
  }
}

/**
 * Parses JSON and keeps the place of each value and every duplicate name, which `JSON.parse` loses.
 * Throws `MalformedReportError` at the first error. Nesting is bounded, since a report is flat.
 */
export function parseJson(
  text: string,
  options: { maxDepth: number },
): JsonNode {
  return new JsonParser(text, options.maxDepth).parse();
}
