import type { LogRange } from '@model-ci/backstage-plugin-model-ci-common';
import { byteLength } from './byteLength';

/** Whether nothing of what was written lies behind a range that was read from `from` on. */
export function reachesEnd(range: LogRange, from: number): boolean {
  const { nextOffset, size, ended } = range;
  if (nextOffset >= size) {
    return true;
  }
  // The rest is a character that is not complete: it will be, or, of an ended log, never.
  return ended ? nextOffset <= from : size - nextOffset < 4;
}

/** A range without what lies behind a byte, which must be the first of a character. */
export function upTo(range: LogRange, end: number): LogRange {
  if (range.nextOffset <= end) {
    return range;
  }
  const bytes = new TextEncoder().encode(range.text);
  return {
    ...range,
    text: new TextDecoder().decode(bytes.subarray(0, end - range.offset)),
    nextOffset: end,
  };
}

/** Leaves out the end of a line whose beginning lies before the range, unless the range is nothing else. */
export function fromFirstLine(range: LogRange): {
  text: string;
  start: number;
} {
  const { text, offset } = range;
  if (offset === 0) {
    return { text, start: 0 };
  }
  const newline = text.indexOf('\n');
  if (newline < 0 || newline === text.length - 1) {
    return { text, start: offset };
  }
  return {
    text: text.slice(newline + 1),
    start: offset + byteLength(text.slice(0, newline + 1)),
  };
}
