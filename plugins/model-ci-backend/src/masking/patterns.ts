/**
 * Fewer tell too little apart from what anybody writes: what is that short is not masked, and no secret. Each encoding
 * of eight bytes has at least as many characters that do not depend on what stands beside it.
 */
export const MIN_MASKED = 8;

/** Longer ones are looked for piece by piece, so that little is held back and a part of them is found too. */
const MAX_PATTERN = 127;
const PIECE = 64;

/** What may stand in a log for any of these values, without line breaks. */
export function patternsOf(values: Iterable<string>): Buffer[] {
  const patterns = new Map<string, Buffer>();
  for (const value of values) {
    for (const text of [value, ...value.split(/\r\n|\r|\n/)]) {
      for (const variant of variantsOf(text.trim())) {
        for (const piece of piecesOf(variant)) {
          patterns.set(piece.toString('latin1'), piece);
        }
      }
    }
  }
  return [...patterns.values()];
}

/** How many bytes of a value can be looked for. */
export function maskedBytes(value: string): number {
  return Buffer.byteLength(value.replace(/[\r\n]/g, '').trim());
}

function variantsOf(text: string): Buffer[] {
  if (maskedBytes(text) < MIN_MASKED) {
    return [];
  }
  const bytes = Buffer.from(text);
  const hex = bytes.toString('hex');
  return [
    text,
    ...base64Of(bytes),
    hex,
    hex.toUpperCase(),
    ...escapesOf(text),
  ].map(variant => Buffer.from(variant.replace(/[\r\n]/g, '')));
}

/** At each of three places in what is encoded, only the characters that nothing but the value decides. */
function base64Of(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap(before => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]);
    const first = Math.ceil((8 * before) / 6);
    const end = Math.floor((8 * encoded.length) / 6);
    return (['base64', 'base64url'] as const).map(encoding =>
      encoded.toString(encoding).slice(first, end),
    );
  });
}

function escapesOf(text: string): string[] {
  // A half of a pair cannot be encoded
  const whole = Buffer.from(text).toString();
  const component = encodeURIComponent(whole);
  const form = new URLSearchParams([['', whole]]).toString().slice(1);
  const json = JSON.stringify(whole).slice(1, -1);
  const escapes = [
    component,
    component.replaceAll('%2F', '/'),
    form,
    json,
    json.replaceAll('/', '\\/'),
    // As Python writes it
    json.replace(
      /[\u0080-\uffff]/g,
      unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  ];
  return [
    ...escapes,
    ...escapes.map(escaped =>
      escaped.replace(/%[0-9A-F]{2}/g, code => code.toLowerCase()),
    ),
  ];
}

function piecesOf(pattern: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  let start = 0;
  for (; pattern.length - start > MAX_PATTERN; start += PIECE) {
    pieces.push(pattern.subarray(start, start + PIECE));
  }
  return [...pieces, pattern.subarray(start)];
}
