import { InputError } from '@backstage/errors';
import { Numbers, Texts } from './growing';
import type { ExampleRow } from './types';

/** Not configurable: what the columns and pages of a comparison are made for. */
export const MAX_EXAMPLES = 1_000_000;
/** Of all columns of one set, in memory while it is written. Not configurable: larger sets are samples nobody reads. */
export const MAX_TEXT_BYTES = 256 * 1024 * 1024;
/** Of what examples say of themselves, beside that. Not configurable: enough for people, and searched in memory. */
export const MAX_SHOWN_TEXT_BYTES = 64 * 1024 * 1024;
/** Names of scores, and of slices. */
export const MAX_NAMES = 64;
/** Of one slice. Not configurable: a slice with more values is an id, and parts of one example say nothing. */
export const MAX_SLICE_VALUES = 10_000;

/** Numbers until the first text comes, which makes texts of them all. */
export class ValueColumn {
  readonly numbers = new Numbers();
  readonly texts = new Texts();
  count = 0;

  set(row: number, value: number | string): void {
    this.count += 1;
    if (typeof value === 'number') {
      this.numbers.set(row, value);
    } else {
      this.texts.set(row, value);
    }
  }
}

/** Different names by their numbers, in the order in which they come. */
export class LabelColumn {
  readonly names = new Map<string, number>();
  readonly codes = new Numbers();
  bytes = 0;

  set(row: number, name: string): void {
    let code = this.names.get(name);
    if (code === undefined) {
      code = this.names.size;
      this.names.set(name, code);
      this.bytes += Buffer.byteLength(name);
    }
    this.codes.set(row, code);
  }
}

/** Examples on their way into a set, column by column, in the order in which they come. */
export class ExampleColumns {
  readonly ids: string[] = [];
  readonly prediction = new ValueColumn();
  readonly target = new ValueColumn();
  readonly scores = new Map<string, Numbers>();
  readonly group = new LabelColumn();
  readonly slices = new Map<string, LabelColumn>();
  readonly text = new Texts();
  readonly #maxTextBytes: number;
  readonly #maxShownTextBytes: number;
  /** Of ids, of names of scores and slices, and of the values of slices. */
  #nameBytes = 0;

  constructor(
    limits: { maxTextBytes?: number; maxShownTextBytes?: number } = {},
  ) {
    this.#maxTextBytes = limits.maxTextBytes ?? MAX_TEXT_BYTES;
    this.#maxShownTextBytes = limits.maxShownTextBytes ?? MAX_SHOWN_TEXT_BYTES;
  }

  get count(): number {
    return this.ids.length;
  }

  /** Ids are the caller's to check: each may come once. Rejects with `InputError` what is too much. */
  add(row: ExampleRow): void {
    const at = this.ids.length;
    if (at >= MAX_EXAMPLES) {
      throw new InputError(`more than ${MAX_EXAMPLES} examples`);
    }
    this.ids.push(row.id);
    this.#nameBytes += Buffer.byteLength(row.id);
    if (row.prediction !== undefined) {
      this.prediction.set(at, row.prediction);
    }
    if (row.target !== undefined) {
      this.target.set(at, row.target);
    }
    this.#setScores(at, row.scores);
    if (row.group !== undefined) {
      this.group.set(at, row.group);
    }
    for (const [name, value] of Object.entries(row.slices)) {
      this.#setSlice(at, name, value);
    }
    this.#setText(at, row.text);
    this.#checkTexts();
  }

  /** Scores of an example that is there already. Rejects with `InputError` what is too much. */
  addScores(at: number, scores: Record<string, number>): void {
    this.#setScores(at, scores);
    this.#checkTexts();
  }

  #setScores(at: number, scores: Record<string, number>): void {
    for (const [name, score] of Object.entries(scores)) {
      this.#column(this.scores, name, () => new Numbers()).set(at, score);
    }
  }

  #setSlice(at: number, name: string, value: string): void {
    const column = this.#column(this.slices, name, () => new LabelColumn());
    const before = column.bytes;
    column.set(at, value);
    this.#nameBytes += column.bytes - before;
    if (column.names.size > MAX_SLICE_VALUES) {
      throw new InputError(
        `more than ${MAX_SLICE_VALUES} different values of one slice`,
      );
    }
  }

  /** Nothing depends on it, so that what is too much is left out. */
  #setText(at: number, text: string | undefined): void {
    if (
      text !== undefined &&
      this.text.bytes + Buffer.byteLength(text) <= this.#maxShownTextBytes
    ) {
      this.text.set(at, text);
    }
  }

  #column<T>(columns: Map<string, T>, name: string, create: () => T): T {
    const known = columns.get(name);
    if (known) {
      return known;
    }
    if (columns.size >= MAX_NAMES) {
      throw new InputError(
        `more than ${MAX_NAMES} different names of scores or slices`,
      );
    }
    const column = create();
    columns.set(name, column);
    this.#nameBytes += Buffer.byteLength(name);
    return column;
  }

  #checkTexts(): void {
    if (this.#textBytes() > this.#maxTextBytes) {
      throw new InputError(
        `more than ${this.#maxTextBytes / 2 ** 20} MiB of text in all examples`,
      );
    }
  }

  #textBytes(): number {
    return (
      this.#nameBytes +
      this.prediction.texts.bytes +
      this.target.texts.bytes +
      this.group.bytes
    );
  }
}

export function columnsOf(rows: Iterable<ExampleRow>): ExampleColumns {
  const columns = new ExampleColumns();
  for (const row of rows) {
    columns.add(row);
  }
  return columns;
}
