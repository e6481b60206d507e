import { InputError } from '@backstage/errors';
import { Numbers, Texts } from './growing';
import type { ExampleRow } from './types';

/** Not configurable: what the columns and pages of a comparison are made for. */
export const MAX_EXAMPLES = 1_000_000;
/** Of all columns of one set, in memory while it is written. Not configurable: larger sets are samples nobody reads. */
export const MAX_TEXT_BYTES = 256 * 1024 * 1024;
/** Names of scores, and of slices. */
export const MAX_NAMES = 64;

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
      this.bytes += name.length;
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
  #idBytes = 0;

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
    this.#idBytes += row.id.length;
    if (row.prediction !== undefined) {
      this.prediction.set(at, row.prediction);
    }
    if (row.target !== undefined) {
      this.target.set(at, row.target);
    }
    this.addScores(at, row.scores);
    if (row.group !== undefined) {
      this.group.set(at, row.group);
    }
    for (const [name, value] of Object.entries(row.slices)) {
      columnOf(this.slices, name, () => new LabelColumn()).set(at, value);
    }
    if (this.#textBytes() > MAX_TEXT_BYTES) {
      throw new InputError(
        `more than ${MAX_TEXT_BYTES / 2 ** 20} MiB of text in all examples`,
      );
    }
  }

  /** Scores of an example that is there already. */
  addScores(at: number, scores: Record<string, number>): void {
    for (const [name, score] of Object.entries(scores)) {
      columnOf(this.scores, name, () => new Numbers()).set(at, score);
    }
  }

  #textBytes(): number {
    return (
      this.#idBytes +
      this.prediction.texts.bytes +
      this.target.texts.bytes +
      this.group.bytes
    );
  }
}

function columnOf<T>(
  columns: Map<string, T>,
  name: string,
  create: () => T,
): T {
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
  return column;
}

export function columnsOf(rows: Iterable<ExampleRow>): ExampleColumns {
  const columns = new ExampleColumns();
  for (const row of rows) {
    columns.add(row);
  }
  return columns;
}
