/** Controls but for tab and end of line, and those that reorder text: what would be read is not what was written. */
const DECEPTIVE =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** Text of a model in which nothing is hidden and nothing reordered, of at most so many characters. */
export function visibleText(text: string, maxCharacters: number): string {
  const part =
    text.length > maxCharacters ? `${text.slice(0, maxCharacters)}…` : text;
  return part
    .replaceAll('\r\n', '\n')
    .replace(
      DECEPTIVE,
      character =>
        `[U+${character
          .charCodeAt(0)
          .toString(16)
          .toUpperCase()
          .padStart(4, '0')}]`,
    );
}
