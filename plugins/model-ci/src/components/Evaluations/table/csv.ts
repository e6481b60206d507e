export type CsvValue = string | number | undefined;

/**
 * What a spreadsheet takes for a formula when it opens the file, in ASCII and in the wide forms that some read alike.
 * Names in reports come from whoever pushes.
 */
const FORMULA = /^\s*[=+\-@＝＋－＠\t\r\n]/;

/** Rows as RFC 4180 has them, the first one being the heading. */
export function toCsv(rows: CsvValue[][]): string {
  return rows.map(row => `${row.map(toField).join(',')}\r\n`).join('');
}

function toField(value: CsvValue): string {
  if (value === undefined) {
    return '';
  }
  if (typeof value === 'number') {
    return String(value);
  }
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** With the mark by which spreadsheets know UTF-8. */
export function csvBlob(rows: CsvValue[][]): Blob {
  return new Blob(['\uFEFF', toCsv(rows)], { type: 'text/csv;charset=utf-8' });
}
