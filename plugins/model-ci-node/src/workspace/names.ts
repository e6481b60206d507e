import { isUtf8 } from 'node:buffer';

// A byte that is not UTF-8 becomes the lone surrogate U+DC80 to U+DCFF, as in Python (PEP 383): no valid text
// holds one, so nothing else looks like it, and every name has exactly one text and one sequence of bytes.
const ESCAPES = 0xdc00;
const ESCAPED = /[\udc80-\udcff]/;

/** The text of a file name, which on Linux is any sequence of bytes; `encodeName` gives the same bytes back. */
export function decodeName(bytes: Buffer): string {
  if (isUtf8(bytes)) {
    return bytes.toString('utf8');
  }
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const character = bytes.subarray(at, at + sequenceLength(bytes[at]));
    if (isUtf8(character)) {
      text += character.toString('utf8');
      at += character.length;
    } else {
      text += String.fromCharCode(ESCAPES + bytes[at]);
      at += 1;
    }
  }
  return text;
}

/** Bytes of the UTF-8 sequence that a byte begins. */
function sequenceLength(first: number): number {
  if (first < 0xc0) {
    return 1;
  }
  if (first < 0xe0) {
    return 2;
  }
  return first < 0xf0 ? 3 : 4;
}

/** Whether a name is UTF-8, so that its text holds no escaped bytes. */
export function isText(name: string): boolean {
  return !/\p{Cs}/u.test(name);
}

/** The bytes of a file name that `decodeName` has read, or that is plain text. */
export function encodeName(name: string): Buffer {
  if (isText(name)) {
    return Buffer.from(name);
  }
  return Buffer.concat(
    Array.from(name, character =>
      ESCAPED.test(character) && character.length === 1
        ? Buffer.from([character.charCodeAt(0) - ESCAPES])
        : Buffer.from(character),
    ),
  );
}

/** A file name as a message shows it: bytes that are not UTF-8, and control characters, as `\xe9`. */
export function printableName(name: string): string {
  return name.replace(
    /[\p{Cc}\p{Cs}]/gu,
    character =>
      `\\x${(character.charCodeAt(0) & 0xff).toString(16).padStart(2, '0')}`,
  );
}

/** Orders names by their bytes, which is the same everywhere, whatever the language of the machine. */
export function compareNames(a: string, b: string): number {
  return Buffer.compare(encodeName(a), encodeName(b));
}

/** Orders paths as a walk does that takes each folder's names in the order of their bytes, folders first. */
export function comparePaths(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')];
  const at = left.findIndex((name, index) => name !== right[index]);
  if (at < 0 || at >= right.length) {
    return left.length - right.length;
  }
  return compareNames(left[at], right[at]);
}
