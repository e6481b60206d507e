import { reason } from '../../reasons';
import type { Fault, StringPart, Token } from './tokenize';

export type Value =
  | { type: 'string'; parts: StringPart[]; offset: number }
  | { type: 'word'; text: string; offset: number }
  | { type: 'list'; items: Value[]; offset: number }
  | { type: 'call'; statement: Statement; offset: number }
  /** What is no value of the declarative syntax. */
  | { type: 'other'; offset: number };

/** `name arguments { block }`, or `name = value`, or something else of Groovy. */
export interface Statement {
  name: string;
  offset: number;
  /** As it is written. */
  text: string;
  args: Value[];
  named: Map<string, Value>;
  block?: Statement[];
  assigned?: Value;
  /** Whether it is more than a call: code that would have to be run. */
  isCode: boolean;
}

/** Deeper than any pipeline, and far from what the stack holds. */
const MAX_DEPTH = 50;

const CODE = new Set(
  'def if else for while do try catch finally switch return throw import package class new'.split(
    ' ',
  ),
);
/** Methods of texts that only change how they look. */
const TIDYING = new Set(['stripIndent', 'stripMargin', 'trim', 'toString']);

class SyntaxFault extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.reason.text);
    this.fault = fault;
  }
}

class Parser {
  readonly #text: string;
  readonly #tokens: Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string, tokens: Token[]) {
    this.#text = text;
    this.#tokens = tokens;
  }

  all(): Statement[] {
    const statements: Statement[] = [];
    while (this.#skipLines()) {
      if (this.#is('}')) {
        throw new SyntaxFault({
          offset: this.#tokens[this.#at].offset,
          reason: reason('import.unexpectedBrace'),
        });
      }
      statements.push(this.#statement());
    }
    return statements;
  }

  #block(): Statement[] {
    const open = this.#tokens[this.#at];
    this.#at += 1;
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) {
      throw new SyntaxFault({
        offset: open.offset,
        reason: reason('definition.fileTooDeep'),
      });
    }
    const statements: Statement[] = [];
    while (this.#skipLines() && !this.#is('}')) {
      statements.push(this.#statement());
    }
    this.#close(open);
    this.#depth -= 1;
    return statements;
  }

  #close(open: Token): void {
    if (this.#at >= this.#tokens.length) {
      throw new SyntaxFault({
        offset: open.offset,
        reason: reason('import.unclosedBrace'),
      });
    }
    this.#at += 1;
  }

  #statement(): Statement {
    const first = this.#tokens[this.#at];
    const statement: Statement = {
      name: first.type === 'word' ? first.text : '',
      offset: first.offset,
      text: '',
      args: [],
      named: new Map(),
      isCode: first.type !== 'word' || CODE.has(first.text),
    };
    if (!statement.isCode) {
      this.#at += 1;
      this.#rest(statement);
    }
    // A block ends a statement, even if another one stands behind it.
    const isWhole = statement.block !== undefined || this.#isEnd();
    if (statement.isCode || !isWhole) {
      statement.isCode = true;
      this.#skipCode();
    }
    const last = this.#tokens[this.#at - 1];
    statement.text = this.#text.slice(first.offset, last.end);
    return statement;
  }

  /** What stands behind the name. */
  #rest(statement: Statement): void {
    if (this.#is('=')) {
      this.#at += 1;
      this.#skipBreaks();
      statement.assigned = this.#value();
      return;
    }
    if (this.#is('(')) {
      const open = this.#at;
      this.#at += 1;
      this.#args(statement, ')');
      if (statement.isCode) {
        this.#at = open;
        return;
      }
    } else if (!this.#is('{') && !this.#isEnd()) {
      this.#args(statement);
    }
    if (this.#is('{')) {
      statement.block = this.#block();
    }
  }

  /** Values with commas between, up to a mark or to the end of the line. */
  #args(statement: Statement, close?: string): void {
    for (;;) {
      if (close) {
        this.#skipBreaks();
        if (this.#is(close)) {
          this.#at += 1;
          return;
        }
      }
      const name = this.#argName();
      const value = this.#value();
      if (name === undefined) {
        statement.args.push(value);
      } else {
        statement.named.set(name, value);
      }
      if (close) {
        this.#skipBreaks();
      }
      if (this.#is(',')) {
        this.#at += 1;
        this.#skipBreaks();
      } else if (!close || !this.#is(close)) {
        // No call after all; what follows is passed over as code.
        statement.isCode ||= close !== undefined;
        return;
      }
    }
  }

  #argName(): string | undefined {
    const [token, colon] = this.#tokens.slice(this.#at, this.#at + 2);
    if (
      token?.type !== 'word' ||
      colon?.type !== 'mark' ||
      colon.text !== ':'
    ) {
      return undefined;
    }
    this.#at += 2;
    this.#skipBreaks();
    return token.text;
  }

  #value(): Value {
    const token = this.#tokens[this.#at];
    const offset = token?.offset ?? this.#text.length;
    if (token?.type === 'string') {
      return this.#string(offset);
    }
    if (token?.type === 'number') {
      this.#at += 1;
      return { type: 'word', text: token.text, offset };
    }
    if (token?.type === 'word' && !CODE.has(token.text)) {
      return this.#wordOrCall(token.text, offset);
    }
    return this.#is('[') ? this.#list(offset) : { type: 'other', offset };
  }

  /** Strings with `+` between are one; what else is added is an expression. */
  #string(offset: number): Value {
    const parts: StringPart[] = [];
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token?.type === 'string') {
        parts.push(...token.parts);
      } else if (token?.type === 'word') {
        parts.push({ expression: token.text });
      } else {
        return { type: 'other', offset };
      }
      this.#at += 1;
      this.#skipTidying();
      if (!this.#is('+')) {
        return { type: 'string', parts, offset };
      }
      this.#at += 1;
      this.#skipBreaks();
    }
  }

  #skipTidying(): void {
    for (;;) {
      const [dot, word, open, close] = [0, 1, 2, 3].map(
        ahead => textOf(this.#tokens[this.#at + ahead]) ?? '',
      );
      if (`${dot}${open}${close}` !== '.()' || !TIDYING.has(word)) {
        return;
      }
      this.#at += 4;
    }
  }

  #wordOrCall(text: string, offset: number): Value {
    this.#at += 1;
    const next = this.#tokens[this.#at];
    if (this.#is('(') || next?.type === 'string') {
      this.#at -= 1;
      const start = this.#at;
      this.#nest(offset);
      const statement = this.#call(text, offset);
      this.#depth -= 1;
      if (statement.isCode) {
        this.#at = start;
        return { type: 'other', offset };
      }
      return { type: 'call', statement, offset };
    }
    if (this.#is('+')) {
      this.#at -= 1;
      return this.#string(offset);
    }
    return { type: 'word', text, offset };
  }

  #call(name: string, offset: number): Statement {
    this.#at += 1;
    const statement: Statement = {
      name,
      offset,
      text: name,
      args: [],
      named: new Map(),
      isCode: false,
    };
    if (this.#is('(')) {
      this.#at += 1;
      this.#args(statement, ')');
    } else {
      statement.args.push(this.#value());
    }
    return statement;
  }

  #list(offset: number): Value {
    this.#nest(offset);
    this.#at += 1;
    const items: Value[] = [];
    for (;;) {
      this.#skipBreaks();
      if (this.#is(']')) {
        this.#at += 1;
        this.#depth -= 1;
        return { type: 'list', items, offset };
      }
      this.#argName();
      const before = this.#at;
      items.push(this.#value());
      this.#skipBreaks();
      if (this.#is(',')) {
        this.#at += 1;
      } else if (!this.#is(']') || this.#at === before) {
        this.#depth -= 1;
        return { type: 'other', offset };
      }
    }
  }

  #nest(offset: number): void {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) {
      throw new SyntaxFault({
        offset,
        reason: reason('definition.fileTooDeep'),
      });
    }
  }

  /** To the end of a statement, over everything between brackets; a block behind `else` and its like belongs to it. */
  #skipCode(): void {
    const open: Token[] = [];
    while (this.#at < this.#tokens.length) {
      const token = this.#tokens[this.#at];
      if (open.length === 0) {
        if (token.type === 'mark' && token.text === '}') {
          return;
        }
        if (token.type === 'line' && !this.#goesOn()) {
          return;
        }
      }
      if (token.type === 'mark' && /[([{]/.test(token.text)) {
        open.push(token);
      } else if (token.type === 'mark' && /[)\]}]/.test(token.text)) {
        open.pop();
      }
      this.#at += 1;
    }
    if (open.length > 0) {
      this.#close(open[0]);
    }
  }

  /** Whether the next line begins with what cannot begin a statement. */
  #goesOn(): boolean {
    let at = this.#at;
    while (this.#tokens[at]?.type === 'line') {
      at += 1;
    }
    const next = this.#tokens[at];
    return (
      (next?.type === 'word' && /^(?:else|catch|finally)$/.test(next.text)) ||
      (next?.type === 'mark' && /^[.?:&|]$/.test(next.text))
    );
  }

  #is(mark: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.type === 'mark' && token.text === mark;
  }

  #isEnd(): boolean {
    const token = this.#tokens[this.#at];
    return !token || token.type === 'line' || this.#is('}');
  }

  #skipBreaks(): void {
    while (this.#tokens[this.#at]?.type === 'line') {
      this.#at += 1;
    }
  }

  /** Whether anything follows. */
  #skipLines(): boolean {
    this.#skipBreaks();
    return this.#at < this.#tokens.length;
  }
}

function textOf(token: Token | undefined): string | undefined {
  return token?.type === 'string' ? undefined : token?.text;
}

/** Reads the blocks and calls of a Jenkinsfile. Code is passed over as a whole, with what it has between braces. */
export function parseStatements(
  text: string,
  tokens: Token[],
): { statements: Statement[] } | { fault: Fault } {
  try {
    return { statements: new Parser(text, tokens).all() };
  } catch (error) {
    if (error instanceof SyntaxFault) {
      return { fault: error.fault };
    }
    throw error;
  }
}
