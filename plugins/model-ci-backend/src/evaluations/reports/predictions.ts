import { createHash } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import {
  malformed,
  MalformedReportError,
  quote,
  type ReportProblem,
  type ReportReader,
} from './ReportReader';

const MAX_LINE_BYTES = 1024 * 1024;
const MAX_PREDICTIONS = 1_000_000;
const MAX_PROBLEMS = 20;
const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

class PredictionLines {
  /** Of the last line read. */
  number = 0;
  readonly #ids = new Set<string>();
  readonly #problems: ReportProblem[] = [];
  #firstBlank: number | undefined;

  constructor(private readonly maxPredictions: number) {}

  read(bytes: Buffer): void {
    this.number += 1;
    if (!isUtf8(bytes)) {
      this.#problem('the text is not UTF-8; write the file in UTF-8');
      return;
    }
    const start =
      this.number === 1 && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
    const text = bytes.toString('utf8', start).trim();
    if (text === '') {
      this.#firstBlank ??= this.number;
      return;
    }
    if (this.#firstBlank !== undefined) {
      this.#problem(
        'the line is blank; blank lines may only stand at the end',
        this.#firstBlank,
      );
      this.#firstBlank = undefined;
    }
    const error = this.#check(text);
    if (error) this.#problem(error);
  }

  finish(): number {
    if (this.#problems.length > 0) throw this.#malformed();
    if (this.#ids.size === 0) {
      throw malformed(
        'the file holds no prediction; write one JSON object {"id", "prediction"} per line',
      );
    }
    return this.#ids.size;
  }

  #check(text: string): string | undefined {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return /[:[,]\s*[-+]?(NaN|Infinity)\b/.test(text)
        ? 'NaN and Infinity are not JSON; leave the line out or write a finite number'
        : `not JSON: ${quote(text)}`;
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return `expected an object {"id", "prediction"}, found ${quote(text)}`;
    }
    const id = 'id' in value ? value.id : undefined;
    if (!(typeof id === 'number' || (typeof id === 'string' && id !== ''))) {
      return '"id" must be a text or a number';
    }
    if (!('prediction' in value) || value.prediction === null)
      return '"prediction" is missing';
    const infinite = Object.entries(value).find(
      ([, number]) => number === Infinity || number === -Infinity,
    );
    if (infinite) return `${quote(infinite[0])} is too large a number`;
    return this.#remember(String(id));
  }

  #remember(id: string): string | undefined {
    // Long ids are remembered by their digest, so that memory stays bounded.
    const key =
      id.length > 43 ? createHash('sha256').update(id).digest('base64') : id;
    if (this.#ids.has(key))
      return `the id ${quote(
        id,
      )} stands in an earlier line; every id may stand once`;
    if (this.#ids.size >= this.maxPredictions) {
      throw malformed(
        `more than ${this.maxPredictions} predictions; write those of a sample`,
        { line: this.number },
      );
    }
    this.#ids.add(key);
    return undefined;
  }

  #problem(message: string, line = this.number): void {
    this.#problems.push({ line, message });
    if (this.#problems.length > MAX_PROBLEMS) {
      this.#problems[MAX_PROBLEMS] = {
        line,
        message: 'and there are more errors from here on',
      };
      throw this.#malformed();
    }
  }

  #malformed(): MalformedReportError {
    return new MalformedReportError(this.#problems);
  }
}

/** Counts the predictions of JSON lines `{id, prediction, target?}` and checks each line; holds only the ids. */
export function createPredictionsReader(
  limits: { maxPredictions?: number; maxLineBytes?: number } = {},
): ReportReader<{ predictions: number }> {
  const lines = new PredictionLines(limits.maxPredictions ?? MAX_PREDICTIONS);
  const maxLineBytes = limits.maxLineBytes ?? MAX_LINE_BYTES;
  let unfinished: Buffer[] = [];
  let unfinishedBytes = 0;

  const keep = (part: Buffer) => {
    unfinished.push(part);
    unfinishedBytes += part.length;
    if (unfinishedBytes > maxLineBytes) {
      throw malformed(
        `the line has more than ${maxLineBytes} bytes; write one prediction per line`,
        { line: lines.number + 1 },
      );
    }
  };
  const finishLine = () => {
    const line =
      unfinished.length === 1 ? unfinished[0] : Buffer.concat(unfinished);
    unfinished = [];
    unfinishedBytes = 0;
    lines.read(line);
  };

  return {
    write(chunk) {
      let start = 0;
      for (
        let newline = chunk.indexOf(NEWLINE);
        newline >= 0;
        newline = chunk.indexOf(NEWLINE, start)
      ) {
        keep(chunk.subarray(start, newline));
        finishLine();
        start = newline + 1;
      }
      if (start < chunk.length) keep(chunk.subarray(start));
    },
    end() {
      if (unfinishedBytes > 0) finishLine();
      return { predictions: lines.finish() };
    },
  };
}
