import { inJson, inJsonOfOthers, inQuotes, inUrls, inXml } from './spellings';

/**
 * Fewer tell too little apart from what anybody writes: what is that short is not masked, and no secret. Each encoding
 * of eight bytes has at least as many characters that do not depend on what stands beside it.
 */
export const MIN_MASKED = 8;
/** A line that has fewer is a ruler, or filled up. */
const MIN_DIFFERENT = 4;

/** Longer ones are looked for piece by piece, so that little is held back and a part of them is found too. */
const MAX_PATTERN = 127;
const PIECE = 64;

/**
 * The shortest values that have no more bytes together are looked for in every spelling. All spellings of long ones
 * would take seconds and hundreds of megabytes; those are files, which are printed as they are or in base64.
 */
const ALL_SPELLINGS_BYTES = 8 * 1024;

/** What may stand in a log for any of these values, without line breaks. */
export function patternsOf(values: Iterable<string>): Buffer[] {
  const patterns = new Map<string, Buffer>();
  let bytes = 0;
  for (const value of [...values].sort((a, b) => a.length - b.length)) {
    bytes += Buffer.byteLength(value);
    for (const spelling of spellingsOf(value, bytes <= ALL_SPELLINGS_BYTES)) {
      for (const piece of piecesOf(Buffer.from(spelling))) {
        patterns.set(piece.toString('latin1'), piece);
      }
    }
  }
  return [...patterns.values()];
}

/** How many bytes of a value can be looked for. */
export function maskedBytes(value: string): number {
  return Buffer.byteLength(value.replace(/[\r\n]/g, '').trim());
}

function spellingsOf(value: string, all: boolean): Set<string> {
  const spellings = new Set<string>();
  const whole = value.trim();
  for (const part of partsOf(whole)) {
    const found = all ? allSpellings(part) : usualSpellings(part);
    found.forEach(spelling => spellings.add(withoutBreaks(spelling)));
  }
  if (!all) {
    spellings.add(base64Of(Buffer.from(whole), 0, 'base64'));
  }
  return spellings;
}

/**
 * A value, each of its lines, also of those that are escaped, and if it is JSON each text in it: programs take such values
 * apart and print what they need of them.
 */
function partsOf(value: string): Set<string> {
  const texts = textsInJson(value);
  const lines = [value, ...texts].flatMap(text =>
    text.split(/\r|\n|(?<!\\)\\+[rn]/),
  );
  const parts = [...texts, ...lines].filter(
    part => new Set(part).size >= MIN_DIFFERENT,
  );
  return new Set(
    [value, ...parts]
      // A half of a pair cannot be encoded
      .map(part => Buffer.from(part.trim()).toString())
      .filter(part => maskedBytes(part) >= MIN_MASKED),
  );
}

function textsInJson(value: string): string[] {
  const texts: string[] = [];
  const open: unknown[] = [parseJson(value)];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === 'string') {
      texts.push(next);
    } else if (typeof next === 'object' && next !== null) {
      open.push(...Object.values(next).filter(member => member !== undefined));
    }
  }
  return texts;
}

function parseJson(value: string): unknown {
  if (!/^[[{]/.test(value)) {
    return undefined;
  }
  try {
    return JSON.parse(value);
  } catch {
    // It only looks like it
    return undefined;
  }
}

function usualSpellings(text: string): string[] {
  return [text, inJson(text)];
}

function allSpellings(text: string): string[] {
  const bytes = Buffer.from(text);
  const hex = bytes.toString('hex');
  return [
    ...usualSpellings(text),
    ...[0, 1, 2].flatMap(before => [
      base64Of(bytes, before, 'base64'),
      base64Of(bytes, before, 'base64url'),
    ]),
    hex,
    hex.toUpperCase(),
    ...inJsonOfOthers(text),
    ...inUrls(text),
    ...inXml(text),
    ...inQuotes(text),
  ];
}

/** Behind so many other bytes, only the characters that nothing but the value decides. */
function base64Of(
  bytes: Buffer,
  before: number,
  encoding: 'base64' | 'base64url',
): string {
  const encoded = Buffer.concat([Buffer.alloc(before), bytes]);
  const first = Math.ceil((8 * before) / 6);
  const end = Math.floor((8 * encoded.length) / 6);
  return encoded.toString(encoding).slice(first, end);
}

function withoutBreaks(text: string): string {
  return text.replace(/[\r\n]/g, '');
}

function piecesOf(pattern: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  let start = 0;
  for (; pattern.length - start > MAX_PATTERN; start += PIECE) {
    pieces.push(pattern.subarray(start, start + PIECE));
  }
  return [...pieces, pattern.subarray(start)];
}
