import {
  reason,
  type Reason,
  type ReasonParameter,
} from '@model-ci/backstage-plugin-model-ci-common';
import { Masks } from '../../masking/Masks';
import { malformed, quote } from './ReportReader';
import { Utf8Decoder } from './utf8';

/** A value, or the beginning or end of one, in the order of the file. */
export type JsonEvent =
  | { type: 'open'; kind: 'object' | 'array' }
  | { type: 'close' }
  /** Of the value that follows. */
  | { type: 'name'; name: string }
  | JsonScalar;

export type JsonScalar =
  | { type: 'string'; value: string }
  | { type: 'number'; value: number; text: string }
  /** `NaN`, `Infinity` and `-Infinity`, which Python writes although JSON does not know them. */
  | { type: 'unmeasured'; text: string }
  | { type: 'boolean'; value: boolean }
  | { type: 'null' };

/** From 1. */
export interface JsonPlace {
  line: number;
  column: number;
}

/** Not configurable: no name and no value of a report is longer, and none may fill the memory. */
const MAX_TEXT = 1024 * 1024;
/** Not configurable: paths of names are put together for each value within. */
const MAX_NAME = 1000;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const WORD = /[-+.\w$]*/y;
const SPACE = /[ \t\r\n]*/y;
const UNMEASURED = new Set(['NaN', 'Infinity', '-Infinity']);

type Expected =
  | 'value'
  | 'value-or-close'
  | 'name'
  | 'name-or-close'
  | 'colon'
  | 'comma-or-close'
  | 'end';

/**
 * Reads JSON as it streams by, with the place of each value and every duplicate name, which `JSON.parse` loses. Holds
 * nothing but one token and the brackets that are open. Secrets that escapes hid are masked in texts and names. Throws `MalformedReportError` at the first error.
 */
export class JsonScanner {
  readonly #decoder = new Utf8Decoder();
  readonly #open: Array<'object' | 'array'> = [];
  #expected: Expected = 'value';
  #name = '';
  #afterComma = false;
  /** What was not read yet, and where it begins in the file. */
  #text = '';
  #at = 0;
  #base = 0;
  #line = 1;
  #lineStart = 0;
  #isLast = false;

  constructor(
    private readonly onEvent: (event: JsonEvent, place: JsonPlace) => void,
    private readonly maxDepth: number,
    private readonly masks = Masks.none,
  ) {}

  write(chunk: Buffer): void {
    this.#scan(this.#decoder.write(chunk));
  }

  end(): void {
    this.#decoder.end();
    this.#isLast = true;
    this.#scan('');
    if (this.#expected !== 'end') {
      throw this.#unexpected();
    }
  }

  #scan(more: string): void {
    this.#base += this.#at;
    this.#text = this.#text.slice(this.#at) + more;
    this.#at = 0;
    do {
      this.#skipSpace();
    } while (this.#at < this.#text.length && this.#token());
  }

  /** Reads one token; false if its end has not come yet. */
  #token(): boolean {
    const first = this.#text[this.#at];
    switch (this.#expected) {
      case 'colon':
        return this.#sign(first, ':', 'value');
      case 'comma-or-close':
        return this.#commaOrClose(first);
      case 'name':
      case 'name-or-close':
        return first === '"' ? this.#readName() : this.#closeOrFail(first);
      case 'value':
      case 'value-or-close':
        return this.#value(first);
      default:
        throw this.#malformed(
          reason('report.afterEnd', { found: this.#found() }),
        );
    }
  }

  #sign(first: string, sign: string, next: Expected): boolean {
    if (first !== sign) {
      throw this.#unexpected();
    }
    this.#at += 1;
    this.#expected = next;
    return true;
  }

  #commaOrClose(first: string): boolean {
    if (first === ',') {
      this.#at += 1;
      this.#afterComma = true;
      this.#expected = this.#open.at(-1) === 'object' ? 'name' : 'value';
      return true;
    }
    return this.#closeOrFail(first);
  }

  #closeOrFail(first: string): boolean {
    if (first !== this.#closing()) {
      throw this.#unexpected();
    }
    if (this.#afterComma) {
      throw this.#malformed(reason('report.trailingComma', { close: first }));
    }
    this.#emit({ type: 'close' });
    this.#at += 1;
    this.#open.pop();
    this.#afterValue();
    return true;
  }

  #value(first: string): boolean {
    if (first === '{' || first === '[') {
      this.#openValue(first === '{' ? 'object' : 'array');
      return true;
    }
    if (first === '"') {
      return this.#readString(value => {
        this.#emit({ type: 'string', value });
        this.#afterValue();
      });
    }
    if (first === this.#closing() && this.#open.at(-1) === 'array') {
      return this.#closeOrFail(first);
    }
    return this.#word();
  }

  #openValue(kind: 'object' | 'array'): void {
    if (this.#open.length >= this.maxDepth) {
      throw this.#malformed(reason('report.deep', { max: this.maxDepth }));
    }
    this.#emit({ type: 'open', kind });
    this.#at += 1;
    this.#open.push(kind);
    this.#afterComma = false;
    this.#expected = kind === 'object' ? 'name-or-close' : 'value-or-close';
  }

  #readName(): boolean {
    return this.#readString(name => {
      if (name.length > MAX_NAME) {
        throw this.#malformed(reason('report.longText', { max: MAX_NAME }));
      }
      this.#name = name;
      this.#emit({ type: 'name', name });
      this.#afterComma = false;
      this.#expected = 'colon';
    });
  }

  /** Calls back before it moves on, so that the place is that of the text. */
  #readString(take: (value: string) => void): boolean {
    const start = this.#at;
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== '"') {
      end += this.#text[end] === '\\' ? 2 : 1;
    }
    if (end - start > MAX_TEXT) {
      throw this.#malformed(reason('report.longText', { max: MAX_TEXT }));
    }
    if (end >= this.#text.length) {
      if (this.#isLast) {
        throw this.#malformed(reason('report.openText'));
      }
      return false;
    }
    take(this.#parseText(this.#text.slice(start, end + 1)));
    this.#at = end + 1;
    return true;
  }

  #parseText(text: string): string {
    try {
      const value = String(JSON.parse(text));
      return text.includes('\\') ? this.masks.text(value) : value;
    } catch {
      throw this.#malformed(reason('report.badText'));
    }
  }

  #word(): boolean {
    WORD.lastIndex = this.#at;
    const word = WORD.exec(this.#text)?.[0] ?? '';
    if (this.#at + word.length === this.#text.length && !this.#isLast) {
      if (word.length > MAX_TEXT) {
        throw this.#malformed(reason('report.longText', { max: MAX_TEXT }));
      }
      return false;
    }
    this.#emit(this.#scalarOf(word));
    this.#at += word.length;
    this.#afterValue();
    return true;
  }

  #scalarOf(word: string): JsonScalar {
    if (NUMBER.test(word)) {
      return { type: 'number', value: Number(word), text: word };
    }
    if (UNMEASURED.has(word)) {
      return { type: 'unmeasured', text: word };
    }
    switch (word) {
      case 'true':
      case 'false':
        return { type: 'boolean', value: word === 'true' };
      case 'null':
        return { type: 'null' };
      default:
        throw /^[-+]?(nan|inf|infinity)$/i.test(word)
          ? this.#malformed(reason('report.notANumber', { word }))
          : this.#unexpected();
    }
  }

  #afterValue(): void {
    this.#afterComma = false;
    this.#expected = this.#open.length === 0 ? 'end' : 'comma-or-close';
  }

  #closing(): string | undefined {
    const kind = this.#open.at(-1);
    return kind && (kind === 'object' ? '}' : ']');
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#at;
    const end = this.#at + (SPACE.exec(this.#text)?.[0].length ?? 0);
    for (
      let newline = this.#text.indexOf('\n', this.#at);
      newline >= 0 && newline < end;
      newline = this.#text.indexOf('\n', newline + 1)
    ) {
      this.#line += 1;
      this.#lineStart = this.#base + newline + 1;
    }
    this.#at = end;
  }

  #emit(event: JsonEvent): void {
    this.onEvent(event, this.#place());
  }

  #place(): JsonPlace {
    return {
      line: this.#line,
      column: this.#base + this.#at - this.#lineStart + 1,
    };
  }

  #found(): ReasonParameter {
    const rest = this.#text.slice(this.#at, this.#at + 12);
    return rest === '' ? reason('json.end') : quote(rest);
  }

  #unexpected() {
    const found = this.#found();
    const close = this.#closing() ?? '';
    switch (this.#expected) {
      case 'colon':
        return this.#malformed(
          reason('report.expectedColon', { name: quote(this.#name), found }),
        );
      case 'comma-or-close':
        return this.#malformed(
          reason('report.expectedComma', { close, found }),
        );
      case 'name':
      case 'name-or-close':
        return this.#malformed(reason('report.expectedName', { found }));
      default:
        return this.#malformed(
          this.#open.length === 0 && this.#at === this.#text.length
            ? reason('report.empty')
            : reason('report.expectedValue', { found }),
        );
    }
  }

  #malformed(why: Reason) {
    return malformed(why, this.#place());
  }
}
