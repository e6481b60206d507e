import { reason, type Reason } from '../../reasons';

/** A piece of a text with expressions: Groovy's own words, which are not evaluated. */
export type StringPart = string | { expression: string };

export type Token =
  | { type: 'string'; parts: StringPart[]; offset: number; end: number }
  /** Names may have dots in them: `env.PATH`. */
  | { type: 'word'; text: string; offset: number; end: number }
  | { type: 'number'; text: string; offset: number; end: number }
  | { type: 'mark'; text: string; offset: number; end: number }
  /** The end of a statement: a line break or a semicolon. */
  | { type: 'line'; text: string; offset: number; end: number };

export interface Fault {
  offset: number;
  reason: Reason;
}

const BLANK = /[ \t\r\f]+|\\\r?\n/y;
const COMMENT = /\/\/[^\n]*|#![^\n]*/y;
const WORD = /[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*/y;
const NUMBER = /\d[\d_.]*[A-Za-z]?/y;

const ESCAPES: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
};

/** In this order: the longer ones first. */
const QUOTES = [`'''`, `"""`, `'`, `"`, '$/', '/'] as const;

/** Splits a Jenkinsfile into words, strings of all of Groovy's kinds, and marks. */
export function tokenize(text: string): { tokens: Token[] } | { fault: Fault } {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const skipped = skip(text, at);
    if (skipped < 0) {
      return {
        fault: { offset: at, reason: reason('import.unclosedComment') },
      };
    }
    if (skipped > at) {
      at = skipped;
      continue;
    }
    const token = readToken(text, at, tokens.at(-1));
    if (!token) {
      return { fault: { offset: at, reason: reason('import.unclosedString') } };
    }
    tokens.push(token);
    at = token.end;
  }
  return { tokens };
}

/** The place behind white space or a comment; -1 behind a comment without end. */
function skip(text: string, at: number): number {
  if (text.startsWith('/*', at)) {
    const end = text.indexOf('*/', at + 2);
    return end < 0 ? -1 : end + 2;
  }
  return matchEnd(BLANK, text, at) ?? matchEnd(COMMENT, text, at) ?? at;
}

function readToken(
  text: string,
  offset: number,
  before: Token | undefined,
): Token | undefined {
  const character = text[offset];
  if (character === '\n' || character === ';') {
    return { type: 'line', text: character, offset, end: offset + 1 };
  }
  const quote = QUOTES.find(mark => text.startsWith(mark, offset));
  if (quote && (!quote.includes('/') || mayBegin(before))) {
    return readString(text, offset, quote);
  }
  const wordEnd = matchEnd(WORD, text, offset);
  if (wordEnd !== undefined) {
    const word = text.slice(offset, wordEnd);
    return { type: 'word', text: word, offset, end: wordEnd };
  }
  const numberEnd = matchEnd(NUMBER, text, offset);
  if (numberEnd !== undefined) {
    const number = text.slice(offset, numberEnd);
    return { type: 'number', text: number, offset, end: numberEnd };
  }
  return { type: 'mark', text: character, offset, end: offset + 1 };
}

/** Whether a slash behind a token begins a string; else it divides. */
function mayBegin(before: Token | undefined): boolean {
  return !(
    before?.type === 'number' ||
    before?.type === 'string' ||
    (before?.type === 'mark' && /[)\]}]/.test(before.text))
  );
}

function readString(
  text: string,
  offset: number,
  quote: (typeof QUOTES)[number],
): Token | undefined {
  const close = quote === '$/' ? '/$' : quote;
  const isLong = quote.length === 3 || quote.includes('/');
  const hasExpressions = quote !== `'` && quote !== `'''`;
  const parts: StringPart[] = [];
  let literal = '';
  let at = offset + quote.length;
  const addExpression = (expression: string) => {
    parts.push(...(literal === '' ? [] : [literal]), { expression });
    literal = '';
  };
  while (at < text.length && (isLong || text[at] !== '\n')) {
    if (text.startsWith(close, at)) {
      parts.push(...(literal === '' ? [] : [literal]));
      return { type: 'string', parts, offset, end: at + close.length };
    }
    const escape = readEscape(text, at, quote);
    const expression = hasExpressions ? readExpression(text, at) : undefined;
    if (escape) {
      literal += escape.text;
      at = escape.end;
    } else if (expression) {
      addExpression(expression.text);
      at = expression.end;
    } else {
      literal += text[at];
      at += 1;
    }
  }
  return undefined;
}

function readEscape(
  text: string,
  at: number,
  quote: string,
): { text: string; end: number } | undefined {
  const next = text[at + 1];
  if (quote === '$/') {
    return text[at] === '$' && (next === '$' || next === '/')
      ? { text: next, end: at + 2 }
      : undefined;
  }
  if (text[at] !== '\\' || next === undefined) {
    return undefined;
  }
  if (quote === '/') {
    return next === '/' ? { text: '/', end: at + 2 } : undefined;
  }
  const unicode = /^u+([0-9a-fA-F]{4})/.exec(text.slice(at + 1, at + 40));
  if (unicode) {
    const code = String.fromCharCode(parseInt(unicode[1], 16));
    return { text: code, end: at + 1 + unicode[0].length };
  }
  if (next === '\n') {
    return { text: '', end: at + 2 };
  }
  return { text: ESCAPES[next] ?? next, end: at + 2 };
}

/** `${…}` or `$name`, without the marks around. */
function readExpression(
  text: string,
  at: number,
): { text: string; end: number } | undefined {
  if (text[at] !== '$') {
    return undefined;
  }
  if (text[at + 1] !== '{') {
    WORD.lastIndex = at + 1;
    const [name] = WORD.exec(text) ?? [];
    return name === undefined || name.startsWith('$')
      ? undefined
      : { text: name, end: at + 1 + name.length };
  }
  let depth = 0;
  for (let end = at + 1; end < text.length && end < at + 2000; end += 1) {
    depth += text[end] === '{' ? 1 : 0;
    depth -= text[end] === '}' ? 1 : 0;
    if (depth === 0) {
      return { text: text.slice(at + 2, end), end: end + 1 };
    }
  }
  return undefined;
}

function matchEnd(
  pattern: RegExp,
  text: string,
  at: number,
): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
