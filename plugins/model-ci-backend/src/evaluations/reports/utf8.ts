import { isUtf8 } from 'node:buffer';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { malformed, type MalformedReportError } from './ReportReader';

export function notUtf8(place: { line?: number }): MalformedReportError {
  return malformed(reason('report.notUtf8'), place);
}

const NEWLINE = 0x0a;

/** Turns bytes into text as they come, without a byte order mark; throws `MalformedReportError` naming the line. */
export class Utf8Decoder {
  #line = 1;
  #isFirst = true;
  /** The beginning of a character. */
  #rest = Buffer.alloc(0);

  write(chunk: Buffer): string {
    const bytes =
      this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    const end = bytes.length - unfinishedBytes(bytes);
    // A copy: a chunk may be used again by whoever wrote it.
    this.#rest = Buffer.from(bytes.subarray(end));
    return this.#decode(bytes.subarray(0, end));
  }

  end(): void {
    this.#decode(this.#rest);
  }

  #decode(bytes: Buffer): string {
    if (!isUtf8(bytes)) {
      throw notUtf8({ line: this.#line + linesBeforeError(bytes) });
    }
    const text = bytes.toString('utf8');
    for (let at = bytes.indexOf(NEWLINE); at >= 0; ) {
      this.#line += 1;
      at = bytes.indexOf(NEWLINE, at + 1);
    }
    const marked = this.#isFirst && text.startsWith('\uFEFF');
    this.#isFirst &&= text === '';
    return marked ? text.slice(1) : text;
  }
}

/** How many bytes at the end begin a character that is not complete yet. */
function unfinishedBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back];
    if (byte >= 0xc0) {
      return back < lengthOf(byte) ? back : 0;
    }
    if (byte < 0x80) {
      return 0;
    }
  }
  return 0;
}

function lengthOf(lead: number): number {
  if (lead >= 0xf0) {
    return 4;
  }
  return lead >= 0xe0 ? 3 : 2;
}

function linesBeforeError(bytes: Buffer): number {
  let start = 0;
  for (let lines = 0; start < bytes.length; lines += 1) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    if (!isUtf8(bytes.subarray(start, end))) {
      return lines;
    }
    start = end + 1;
  }
  return 0;
}
