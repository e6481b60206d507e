import { reason, type Reason } from '../reasons';
import type { ImportFinding, ImportOutcome } from './types';

/** Nobody reads more; a hostile file could have any number. */
const MAX_FINDINGS = 1000;
const MAX_WHAT = 120;

/** Collects what became of the pieces of a file, by their offsets in it. */
export class Findings {
  readonly #items: ImportFinding[] = [];
  readonly #starts: number[] = [0];
  #more = 0;

  constructor(text: string) {
    for (
      let at = text.indexOf('\n');
      at >= 0;
      at = text.indexOf('\n', at + 1)
    ) {
      this.#starts.push(at + 1);
    }
  }

  carried(offset: number, what: string, why: Reason): void {
    this.#add('carried', offset, what, why);
  }

  changed(offset: number, what: string, why: Reason, remedy?: Reason): void {
    this.#add('changed', offset, what, why, remedy);
  }

  left(offset: number, what: string, why: Reason, remedy?: Reason): void {
    this.#add('left', offset, what, why, remedy);
  }

  list(): ImportFinding[] {
    const sorted = [...this.#items].sort(
      (a, b) => a.line - b.line || a.column - b.column,
    );
    if (this.#more > 0) {
      const { line, column } = this.#place(Number.MAX_SAFE_INTEGER);
      const why = reason('more', { count: this.#more });
      sorted.push({ outcome: 'left', line, column, what: '…', reason: why });
    }
    return sorted;
  }

  #add(
    outcome: ImportOutcome,
    offset: number,
    what: string,
    why: Reason,
    remedy?: Reason,
  ): void {
    if (this.#items.length >= MAX_FINDINGS) {
      this.#more += 1;
      return;
    }
    this.#items.push({
      outcome,
      ...this.#place(offset),
      what: toLine(what),
      reason: why,
      ...(remedy && { remedy }),
    });
  }

  #place(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#starts[middle] <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    const start = this.#starts[low];
    const isPast = offset === Number.MAX_SAFE_INTEGER;
    return { line: low + 1, column: isPast ? 1 : offset - start + 1 };
  }
}

/** A text in one line, cut where it is long. */
export function toLine(text: string): string {
  const line = text
    .slice(0, 4 * MAX_WHAT)
    // eslint-disable-next-line no-control-regex
    .replace(/[\s\x00-\x1f\x7f]+/g, ' ')
    .trim();
  return line.length > MAX_WHAT ? `${line.slice(0, MAX_WHAT - 1)}…` : line;
}
