import { posix } from 'node:path';
import { HEADER_BYTES, recordLength } from './RecordReader';

/** How steps are written down. */
export type SeriesFormat = 'json-lines' | 'csv' | 'trainer-state' | 'events';

/** Bytes of the beginning that say what a file is. */
export const ENOUGH_BYTES = 4096;

const NEWLINE = 0x0a;

/** Whether a file of a folder is one that people write while they train. */
export function isSeriesFile(path: string): boolean {
  const name = posix.basename(path);
  return (
    isEventFile(name) ||
    name === 'trainer_state.json' ||
    /\.(?:jsonl|ndjson|csv|tsv)$/.test(name)
  );
}

/** Of a folder, for those who have to write something else. */
export const SERIES_FILES =
  'events.out.tfevents.*, trainer_state.json, .jsonl or .csv';

/**
 * The format of a file, by its name and how it begins; undefined where more of it is needed. Text that is nothing else
 * is CSV.
 */
export function detectFormat(
  path: string,
  beginning: Buffer,
  isAll: boolean,
): SeriesFormat | undefined {
  const name = posix.basename(path);
  if (isEventFile(name)) {
    return 'events';
  }
  if (/\.(?:csv|tsv)$/.test(name)) {
    return 'csv';
  }
  if (/\.(?:jsonl|ndjson)$/.test(name)) {
    return 'json-lines';
  }
  if (name === 'trainer_state.json') {
    return 'trainer-state';
  }
  if (beginning.length < HEADER_BYTES && !isAll) {
    return undefined;
  }
  if (
    beginning.length >= HEADER_BYTES &&
    recordLength(beginning) !== undefined
  ) {
    return 'events';
  }
  return formatOfText(beginning, isAll || beginning.length >= ENOUGH_BYTES);
}

function isEventFile(name: string): boolean {
  return name.includes('tfevents');
}

function formatOfText(
  beginning: Buffer,
  isEnough: boolean,
): SeriesFormat | undefined {
  const newline = beginning.indexOf(NEWLINE);
  if (newline < 0 && !isEnough) {
    return undefined;
  }
  const first = beginning
    .toString('utf8', 0, newline < 0 ? beginning.length : newline)
    .replace(/^\uFEFF/, '')
    .trim();
  if (!first.startsWith('{')) {
    return 'csv';
  }
  return first === '{' || beginning.includes('"log_history"')
    ? 'trainer-state'
    : 'json-lines';
}
