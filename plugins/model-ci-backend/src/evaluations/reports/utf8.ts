import { isUtf8 } from 'node:buffer';
import { malformed, type MalformedReportError } from './ReportReader';

/** The text of a whole file, without a byte order mark; throws `MalformedReportError` naming the line. */
export function decodeUtf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw notUtf8({ line: firstBadLine(bytes) });
  const text = bytes.toString('utf8');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

export function notUtf8(place: { line?: number }): MalformedReportError {
  return malformed('the text is not UTF-8; write the file in UTF-8', place);
}

function firstBadLine(bytes: Buffer): number {
  let line = 1;
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    if (!isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
    line += 1;
  }
  return line;
}
