import { isUtf8 } from 'node:buffer';
import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  malformed,
  MalformedReportError,
  type ReportProblem,
} from './ReportReader';

const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const MAX_PROBLEMS = 20;

/** Splits bytes into lines of text as they come, and keeps what is wrong with them. Holds one line. */
export class LineReader {
  /** Of the line that is being read, from 1. */
  number = 0;
  readonly #problems: ReportProblem[] = [];
  #unfinished: Buffer[] = [];
  #unfinishedBytes = 0;
  #firstBlank: number | undefined;

  constructor(
    private readonly maxLineBytes: number,
    /** Answers what is wrong with the line. */
    private readonly onLine: (
      text: string,
      number: number,
    ) => Reason | undefined,
  ) {}

  write(chunk: Buffer): void {
    let start = 0;
    for (
      let newline = chunk.indexOf(NEWLINE);
      newline >= 0;
      newline = chunk.indexOf(NEWLINE, start)
    ) {
      this.#keep(chunk.subarray(start, newline));
      this.#finishLine();
      start = newline + 1;
    }
    if (start < chunk.length) {
      // A copy: a chunk may be used again by whoever wrote it.
      this.#keep(Buffer.from(chunk.subarray(start)));
    }
  }

  /** Throws `MalformedReportError` with all that was wrong. */
  end(): void {
    if (this.#unfinishedBytes > 0) {
      this.#finishLine();
    }
    if (this.#problems.length > 0) {
      throw new MalformedReportError(this.#problems);
    }
  }

  #keep(part: Buffer): void {
    this.#unfinished.push(part);
    this.#unfinishedBytes += part.length;
    if (this.#unfinishedBytes > this.maxLineBytes) {
      throw malformed(reason('report.longLine', { max: this.maxLineBytes }), {
        line: this.number + 1,
      });
    }
  }

  #finishLine(): void {
    const [first, ...others] = this.#unfinished;
    const bytes = others.length > 0 ? Buffer.concat(this.#unfinished) : first;
    this.#unfinished = [];
    this.#unfinishedBytes = 0;
    this.number += 1;
    this.#read(bytes);
  }

  #read(bytes: Buffer): void {
    if (!isUtf8(bytes)) {
      this.#problem(reason('report.notUtf8'));
      return;
    }
    const isMarked =
      this.number === 1 && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK);
    const text = bytes.toString('utf8', isMarked ? 3 : 0).trim();
    if (text === '') {
      this.#firstBlank ??= this.number;
      return;
    }
    if (this.#firstBlank !== undefined) {
      this.#problem(reason('report.blankLine'), this.#firstBlank);
      this.#firstBlank = undefined;
    }
    const wrong = this.onLine(text, this.number);
    if (wrong) {
      this.#problem(wrong);
    }
  }

  #problem(why: Reason, line = this.number): void {
    if (this.#problems.length === MAX_PROBLEMS) {
      this.#problems.push({ line, reason: reason('report.moreErrors') });
      throw new MalformedReportError(this.#problems);
    }
    this.#problems.push({ line, reason: why });
  }
}
