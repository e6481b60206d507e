import type { Automaton } from './Automaton';

export const MASK = Buffer.from('***');

/** More line breaks in a row than any tool puts between two parts of an encoded text. */
const MAX_BREAKS = 4;
/** More than the longest pattern. */
const RING = 256;
/** What is cut off in the middle of a secret is masked where it shows as much of it. */
const MIN_CUT = 5;

const CR = 13;
const LF = 10;

/** Bytes that may be shown. Whoever goes on later goes on at `end`, as if nothing had been before. */
export interface MaskedPiece {
  data: Buffer;
  /** So many bytes of the source are in what was answered by now. */
  end: number;
}

/**
 * Masks bytes as they come. What may turn out to be the beginning of a secret is held back until that is known, and a
 * secret until its end; line breaks in its middle do not hide it. What overlaps or touches becomes one mask, so that the
 * result does not depend on how the bytes were cut.
 *
 * What is held back is the source's again for whoever goes on after a failure: `end` stands before it.
 */
export class MaskStream {
  private state = 0;
  /** Bytes of the source that were read. */
  private position: number;
  /** Bytes of the source that were answered. */
  private answered: number;
  /** What was read and may still have to be shown. */
  private held: Buffer = Buffer.alloc(0);
  private heldStart: number;
  /** Where secrets begin and end in the source that were found and not answered yet, in order and apart. */
  private readonly found: Array<{ start: number; end: number }> = [];
  /** Where the bytes that the state is about stand in the source: line breaks are not among them. */
  private readonly places = new Float64Array(RING);
  private count = 0;
  private breaks = 0;

  constructor(private readonly automaton: Automaton, start = 0) {
    this.position = start;
    this.answered = start;
    this.heldStart = start;
  }

  /** Bytes that it keeps in memory. */
  get heldBytes(): number {
    return this.held.length;
  }

  /** What may be shown now. */
  add(data: Buffer): MaskedPiece {
    this.held = this.held.length > 0 ? Buffer.concat([this.held, data]) : data;
    for (const byte of data) {
      this.step(byte);
    }
    return this.show(this.begun());
  }

  /** What is left when nothing follows. */
  end(): MaskedPiece {
    if (this.automaton.depth(this.state) >= MIN_CUT) {
      this.note(this.begun());
    }
    this.state = 0;
    return this.show(Infinity);
  }

  private step(byte: number): void {
    const { automaton } = this;
    this.position++;
    if (this.state !== 0 && (byte === LF || byte === CR)) {
      if (++this.breaks > MAX_BREAKS) {
        this.state = 0;
      }
      return;
    }
    this.state = automaton.next(this.state, byte);
    if (this.state === 0) {
      return;
    }
    this.breaks = 0;
    this.places[this.count++ % RING] = this.position - 1;
    const length = automaton.match(this.state);
    if (length > 0) {
      this.note(this.place(length));
    }
  }

  /** Where the last bytes of a number begin in the source. */
  private place(length: number): number {
    return this.places[(this.count - length) % RING];
  }

  /** Where what may be the beginning of a secret begins. */
  private begun(): number {
    const depth = this.automaton.depth(this.state);
    return depth === 0 ? this.position : this.place(depth);
  }

  /** A secret ends here. What overlaps or touches those before it is one with them. */
  private note(from: number): void {
    const { found } = this;
    let start = from;
    for (
      let last = found.at(-1);
      last && start <= last.end;
      last = found.at(-1)
    ) {
      start = Math.min(start, last.start);
      found.pop();
    }
    found.push({ start, end: this.position });
  }

  /** Answers what nothing that comes can change: what stands before a place at which something may have begun. */
  private show(safe: number): MaskedPiece {
    const { found } = this;
    const shown: Buffer[] = [];
    while (found.length > 0 && found[0].end < safe) {
      const [{ start, end }] = found.splice(0, 1);
      this.take(start, shown);
      shown.push(MASK);
      this.drop(end);
      this.answered = end;
    }
    this.take(Math.min(safe, found[0]?.start ?? this.position), shown);
    if (found.length > 0) {
      // What it hides need not be kept
      this.drop(Math.min(safe, found[0].end));
    }
    return { data: Buffer.concat(shown), end: this.answered };
  }

  private take(end: number, shown: Buffer[]): void {
    if (end > this.answered) {
      const from = this.answered - this.heldStart;
      shown.push(this.held.subarray(from, end - this.heldStart));
      this.drop(end);
      this.answered = end;
    }
  }

  private drop(end: number): void {
    if (end > this.heldStart) {
      this.held = this.held.subarray(end - this.heldStart);
      this.heldStart = end;
    }
  }
}
