import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Masks } from '../../../masking/Masks';
import type { SeriesRow } from './Curves';
import { MAX_FIELDS, rowOf, type Field } from './rowOf';

const DELIMITERS = [',', '\t', ';'];
/** Each character can be read in one way only: the time that it takes grows with the length alone. */
const NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;
const UNMEASURED = /^[-+]?(?:nan|inf|infinity)$/i;

/** Reads lines of CSV, the first of which names the columns. */
export function createCsvRowReader(
  masks: Masks,
): (text: string) => { row?: SeriesRow } | { error: Reason } {
  let columns: string[] | undefined;
  let delimiter = ',';
  return (text): { row?: SeriesRow } | { error: Reason } => {
    if (!columns) {
      delimiter = delimiterOf(text);
      // Quotes within a name were doubled
      const header = splitCells(text, delimiter)?.map(name => masks.text(name));
      const error = header ? wrongColumns(header) : reason('report.csvQuotes');
      if (error) {
        return { error };
      }
      columns = header ?? [];
      return {};
    }
    const cells = splitCells(text, delimiter);
    if (!cells) {
      return { error: reason('report.csvQuotes') };
    }
    if (cells.length > MAX_FIELDS) {
      return { error: reason('report.csvColumns', { max: MAX_FIELDS }) };
    }
    return cells.length === columns.length
      ? rowOf(fieldsOf(columns, cells))
      : {
          error: reason('report.csvCells', {
            found: cells.length,
            expected: columns.length,
          }),
        };
  };
}

function delimiterOf(header: string): string {
  const found = DELIMITERS.filter(delimiter => header.includes(delimiter));
  return found.length > 0
    ? found.reduce((a, b) => (header.indexOf(b) < header.indexOf(a) ? b : a))
    : ',';
}

function wrongColumns(columns: string[]): Reason | undefined {
  if (columns.length > MAX_FIELDS) {
    return reason('report.csvColumns', { max: MAX_FIELDS });
  }
  const names = columns.filter(name => name !== '');
  const twice = firstTwice(names);
  if (twice !== undefined) {
    return reason('report.csvColumnTwice', { name: twice });
  }
  return names.every(name => toNumber(name) !== undefined)
    ? reason('report.csvHeader')
    : undefined;
}

function firstTwice(names: string[]): string | undefined {
  const seen = new Set<string>();
  return names.find(name => seen.size === seen.add(name).size);
}

/** A column without a name is the index that pandas writes. */
function fieldsOf(columns: string[], cells: string[]): Field[] {
  return columns.flatMap((name, at): Field[] => {
    const cell = cells[at].trim();
    return name === '' || cell === '' ? [] : [[name, toNumber(cell) ?? cell]];
  });
}

function toNumber(cell: string): number | undefined {
  if (UNMEASURED.test(cell)) {
    return NaN;
  }
  return NUMBER.test(cell) ? Number(cell) : undefined;
}

/** As many cells as a line may have, so that one more shows that there are too many. */
const MAX_CELLS = MAX_FIELDS + 1;

/** Undefined where a double quote does not end or stands within a cell. */
function splitCells(line: string, delimiter: string): string[] | undefined {
  if (!line.includes('"')) {
    return line.split(delimiter, MAX_CELLS).map(cell => cell.trim());
  }
  const cells: string[] = [];
  for (let at = 0; at <= line.length && cells.length < MAX_CELLS; ) {
    if (line[at] === '"') {
      const end = endOfQuoted(line, at + 1);
      if (end < 0 || (end < line.length && line[end] !== delimiter)) {
        return undefined;
      }
      cells.push(line.slice(at + 1, end - 1).replaceAll('""', '"'));
      at = end + 1;
    } else {
      const next = line.indexOf(delimiter, at);
      const end = next < 0 ? line.length : next;
      cells.push(line.slice(at, end).trim());
      at = end + 1;
    }
  }
  return cells;
}

/** Behind the quote that ends it; -1 if none does. */
function endOfQuoted(line: string, start: number): number {
  for (let at = line.indexOf('"', start); at >= 0; ) {
    if (line[at + 1] !== '"') {
      return at + 1;
    }
    at = line.indexOf('"', at + 2);
  }
  return -1;
}
