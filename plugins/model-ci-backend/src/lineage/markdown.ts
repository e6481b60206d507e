/** Control characters, also those that turn the direction of text around: what is read would not be what is there. */
const INVISIBLE =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

/** Text of any origin on one line. */
export function oneLine(text: string): string {
  return text.replace(INVISIBLE, ' ').trim();
}

/** Text of any origin as Markdown that shows it as it is: no link, no image, no HTML, no heading. */
export function escapeMarkdown(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_{}[\]()<>#+!|~&@$^="]/g, '\\$&')
    .replace(/:\/\//g, '\\://')
    .replace(/www\./gi, match => match.replace('.', '\\.'))
    .replace(/^(\d+)\./, '$1\\.')
    .replace(/^-/, '\\-');
}

/**
 * Text of any origin as code; with a pipe, as plain text. In a cell of a table a pipe within code can be escaped, but no
 * backslash before it: the cell would end there.
 */
export function code(text: string): string {
  const inner = oneLine(text);
  if (inner.includes('|')) {
    return escapeMarkdown(inner);
  }
  // A fence longer than any within ends only at its own end.
  const longest = Math.max(
    0,
    ...(inner.match(/`+/g) ?? []).map(run => run.length),
  );
  const fence = '`'.repeat(longest + 1);
  const pad = inner.startsWith('`') || inner.endsWith('`') ? ' ' : '';
  return inner === '' ? '' : `${fence}${pad}${inner}${pad}${fence}`;
}

/** A table of cells that are Markdown already; nothing where it has no rows. */
export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return rows.length === 0
    ? ''
    : [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
