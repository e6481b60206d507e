import { createHash } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import { InputError } from '@backstage/errors';
import { ExampleColumns, MAX_EXAMPLES } from '../../examples/ExampleColumns';
import type { ExampleRow } from '../../examples/types';
import { readPredictionRow } from './predictionRow';
import {
  malformed,
  MalformedReportError,
  quote,
  type ReportProblem,
  type ReportReader,
} from './ReportReader';

const MAX_LINE_BYTES = 1024 * 1024;
const MAX_PROBLEMS = 20;
const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

class PredictionLines {
  /** Of the last line read. */
  number = 0;
  readonly #examples = new ExampleColumns();
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

  finish(): ExampleColumns {
    if (this.#problems.length > 0) throw this.#malformed();
    if (this.#ids.size === 0) {
      throw malformed(
        'the file holds no prediction; write one JSON object {"id", "prediction"} per line',
      );
    }
    return this.#examples;
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
    const row = readPredictionRow(value, text);
    return 'error' in row ? row.error : this.#take(row.value);
  }

  #take(row: ExampleRow): string | undefined {
    const error = this.#remember(row.id);
    if (error !== undefined) {
      return error;
    }
    try {
      this.#examples.add(row);
    } catch (refusal) {
      if (refusal instanceof InputError) {
        throw malformed(`${refusal.message}; write those of a sample`, {
          line: this.number,
        });
      }
      throw refusal;
    }
    return undefined;
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

/**
 * Reads JSON lines `{id, prediction, target?, score?, group?, slices?}` and checks each line; holds the ids, numbers and
 * names in columns.
 */
export function createPredictionsReader(
  limits: { maxPredictions?: number; maxLineBytes?: number } = {},
): ReportReader<ExampleColumns> {
  const lines = new PredictionLines(limits.maxPredictions ?? MAX_EXAMPLES);
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
      return lines.finish();
    },
  };
}
