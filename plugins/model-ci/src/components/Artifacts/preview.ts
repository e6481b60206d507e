/** Bytes of a text that are fetched to be shown. */
export const MAX_TEXT_BYTES = 256 * 1024;
/** Images are shown whole or not at all. */
export const MAX_IMAGE_BYTES = 5 * 1024 * 1024;
/** What of a table is drawn. */
const MAX_ROWS = 200;
const MAX_COLUMNS = 50;

/** Bytes: arguments of one call, of which there may not be any number. */
const ENCODED_AT_ONCE = 8192;

/** Only pixels: an SVG is a document that may bring scripts, and is shown as its text, as HTML is. */
const IMAGE_TYPES: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
};
const SEPARATORS: Record<string, string> = { csv: ',', tsv: '\t' };

export type Preview =
  | { type: 'image'; url: string }
  | { type: 'table'; rows: string[][]; cut: boolean }
  | { type: 'text'; text: string; cut: boolean }
  | { type: 'empty' }
  /** Neither text nor an image that is small enough. */
  | { type: 'none' };

function extensionOf(path: string): string {
  return /\.([^./]+)$/.exec(path)?.[1].toLowerCase() ?? '';
}

/** How much of a file its preview needs; nothing where there is none. */
export function wantedBytes(path: string, size?: number): number {
  if (!(extensionOf(path) in IMAGE_TYPES)) {
    return MAX_TEXT_BYTES;
  }
  return (size ?? 0) > MAX_IMAGE_BYTES ? 0 : MAX_IMAGE_BYTES;
}

/** What is shown of a file, of which `blob` is the beginning. */
export async function previewOf(
  path: string,
  blob: Blob,
  size: number | undefined,
): Promise<Preview> {
  const extension = extensionOf(path);
  const imageType = IMAGE_TYPES[extension];
  if (imageType !== undefined) {
    return { type: 'image', url: await dataUrl(blob, imageType) };
  }
  if (blob.size === 0) {
    return { type: 'empty' };
  }
  const cut =
    size === undefined ? blob.size === MAX_TEXT_BYTES : size > blob.size;
  const text = decode(await blob.arrayBuffer(), cut);
  if (text === undefined) {
    return { type: 'none' };
  }
  const separator = SEPARATORS[extension];
  return separator === undefined
    ? { type: 'text', text, cut }
    : { type: 'table', ...parseTable(text, separator, cut) };
}

/** Text in UTF-8; undefined for what is none. */
function decode(bytes: ArrayBuffer, cut: boolean): string | undefined {
  try {
    // What was cut may end within a character, which a stream waits for.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, {
      stream: cut,
    });
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

/** The first rows of a table (RFC 4180); of what was cut, without the row that is not whole. */
export function parseTable(
  text: string,
  separator: string,
  cut = false,
): { rows: string[][]; cut: boolean } {
  const rows: string[][] = [];
  let row: string[] = [];
  let isCut = cut;
  // A cell in quotes or without them, and what ends it.
  const cell = new RegExp(
    `(?:"((?:[^"]|"")*)"|(?!")([^${separator}\\r\\n]*))(${separator}|\\r?\\n|\\r|$)`,
    'y',
  );
  while (cell.lastIndex < text.length || row.length > 0) {
    const match = cell.exec(text);
    if (!match) {
      // A quote that does not close what it opened: the rest is no table.
      return { rows, cut: true };
    }
    row.push(match[1]?.replaceAll('""', '"') ?? match[2]);
    if (match[3] === separator) {
      continue;
    }
    if (match[3] === '' && cut) {
      break;
    }
    isCut ||= row.length > MAX_COLUMNS;
    rows.push(row.slice(0, MAX_COLUMNS));
    row = [];
    if (rows.length > MAX_ROWS) {
      return { rows, cut: isCut || cell.lastIndex < text.length };
    }
    if (match[3] === '') {
      break;
    }
  }
  return { rows, cut: isCut };
}

/** Allowed by the pages' content security policy, which a URL of a blob is not. */
async function dataUrl(blob: Blob, type: string): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += ENCODED_AT_ONCE) {
    text += String.fromCharCode(...bytes.subarray(at, at + ENCODED_AT_ONCE));
  }
  return `data:${type};base64,${btoa(text)}`;
}
