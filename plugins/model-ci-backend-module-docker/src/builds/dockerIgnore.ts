import { posix } from 'node:path';
import { InputError } from '@backstage/errors';

/** More is an attack. */
const MAX_RULES = 2_000;
/** Characters of one line. */
const MAX_RULE = 512;

interface Rule {
  isException: boolean;
  tokens: Token[];
}

type Token =
  | { type: 'text'; character: string }
  /** One character but `/`. */
  | { type: 'one' }
  /** One character of a set. */
  | { type: 'set'; has(character: string): boolean }
  /** Any characters but `/`. */
  | { type: 'any' }
  /** Any folders, with the `/` behind them, or none. */
  | { type: 'folders' }
  /** Any characters. */
  | { type: 'all' };

/** Steps that a whole context may take: a file of many long rules would keep everything else waiting. */
class Work {
  private left = 30_000_000;

  spend(): void {
    if (--this.left < 0) {
      throw new InputError(
        'The .dockerignore is too large to be compared with every path: write fewer or simpler lines',
      );
    }
  }
}

/**
 * Which paths of a context a `.dockerignore` leaves out. The last rule that matches a path, or a folder above it, decides.
 * Each match takes time in proportion to the lengths of rule and path, which a regular expression does not promise.
 */
export function parseDockerIgnore(text: string): (path: string) => boolean {
  const rules = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter(line => !line.startsWith('#'))
    .flatMap(parseRule);
  if (rules.length > MAX_RULES) {
    throw new InputError(`.dockerignore has more than ${MAX_RULES} lines`);
  }
  const work = new Work();
  return path => {
    const folders = path
      .split('/')
      .map((_, index, parts) => parts.slice(0, index + 1).join('/'));
    let ignored = false;
    for (const { isException, tokens } of rules) {
      if (
        ignored === isException &&
        folders.some(folder => matches(tokens, folder, work))
      ) {
        ignored = !isException;
      }
    }
    return ignored;
  };
}

function parseRule(line: string): Rule[] {
  const trimmed = line.trim();
  if (trimmed.length > MAX_RULE) {
    throw new InputError(
      `A line of .dockerignore has more than ${MAX_RULE} characters`,
    );
  }
  const isException = trimmed.startsWith('!');
  const pattern = posix
    .normalize(isException ? trimmed.slice(1).trim() : trimmed)
    .replace(/^\/+|\/+$/g, '');
  return trimmed === '' || pattern === '' || pattern === '.'
    ? []
    : [{ isException, tokens: tokenize(pattern) }];
}

function tokenize(pattern: string): Token[] {
  const tokens: Token[] = [];
  const pushOnce = (type: 'folders' | 'all' | 'any') => {
    if (tokens.at(-1)?.type !== type) {
      tokens.push({ type });
    }
  };
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    if (pattern.startsWith('**', at)) {
      // More of them mean the same
      const stars = /^\*+/.exec(pattern.slice(at))![0].length;
      at += stars - 1;
      if (pattern[at + 1] === '/') {
        at++;
        pushOnce('folders');
      } else {
        pushOnce('all');
      }
    } else if (character === '*') {
      pushOnce('any');
    } else if (character === '?') {
      tokens.push({ type: 'one' });
    } else if (character === '[' && pattern.includes(']', at + 2)) {
      const end = pattern.indexOf(']', at + 2);
      tokens.push(parseSet(pattern.slice(at + 1, end)));
      at = end;
    } else if (character === '\\' && at + 1 < pattern.length) {
      tokens.push({ type: 'text', character: pattern[++at] });
    } else {
      tokens.push({ type: 'text', character });
    }
  }
  return tokens;
}

function parseSet(text: string): Token {
  const isNegated = text.startsWith('^');
  const members = [...(isNegated ? text.slice(1) : text)];
  const ranges: Array<[string, string]> = [];
  for (let at = 0; at < members.length; at++) {
    if (members[at + 1] === '-' && at + 2 < members.length) {
      ranges.push([members[at], members[at + 2]]);
      at += 2;
    } else {
      ranges.push([members[at], members[at]]);
    }
  }
  return {
    type: 'set',
    has: character =>
      character !== '/' &&
      isNegated !==
        ranges.some(([from, to]) => from <= character && character <= to),
  };
}

/** Follows all places of the rule that the path can have led to, character by character. */
function matches(tokens: Token[], path: string, work: Work): boolean {
  let places = new Set<number>();
  reach(tokens, 0, places);
  for (const character of path) {
    const next = new Set<number>();
    for (const place of places) {
      work.spend();
      follow(tokens, { place, character }, next);
    }
    places = next;
    if (places.size === 0) {
      return false;
    }
  }
  return places.has(tokens.length);
}

function follow(
  tokens: Token[],
  { place, character }: { place: number; character: string },
  next: Set<number>,
): void {
  const token = tokens[place];
  if (token?.type === 'folders') {
    // Only where one ends it may be left
    next.add(place);
    if (character === '/') {
      reach(tokens, place + 1, next);
    }
  } else if (token?.type === 'all' || token?.type === 'any') {
    if (token.type === 'all' || character !== '/') {
      reach(tokens, place, next);
    }
  } else if (token && takes(token, character)) {
    reach(tokens, place + 1, next);
  }
}

/** A place, and those behind what may match nothing. */
function reach(tokens: Token[], place: number, places: Set<number>): void {
  places.add(place);
  const type = tokens[place]?.type;
  if (type === 'any' || type === 'all' || type === 'folders') {
    reach(tokens, place + 1, places);
  }
}

function takes(
  token: Extract<Token, { type: 'text' | 'one' | 'set' }>,
  character: string,
): boolean {
  switch (token.type) {
    case 'text':
      return token.character === character;
    case 'one':
      return character !== '/';
    default:
      return token.has(character);
  }
}
