const FIRST_STATES = 1024;
/** Of the slots of the table of steps, no more than half are taken, so that most look-ups see one slot. */
const SLOTS_PER_STATE = 2;

/**
 * Finds patterns of up to 255 bytes by the method of Aho and Corasick: one step for each byte, however many patterns
 * there are. State 0 is that nothing has begun.
 */
export class Automaton {
  /** For each state, how many of the bytes read last are the beginning of a pattern. */
  private depths = new Uint8Array(FIRST_STATES);
  /** For each state, the longest pattern that the bytes read last end with; 0 where there is none. */
  private matches = new Uint8Array(FIRST_STATES);
  /** For each state, the one for the longest shorter beginning. */
  private fallbacks = new Int32Array(FIRST_STATES);
  /** The state and byte that lead to each state. */
  private origins = new Int32Array(FIRST_STATES);
  /** A hash table of the steps: states by their origin, 0 where a slot is free. */
  private steps = new Int32Array(FIRST_STATES * SLOTS_PER_STATE);
  /** Where each byte leads to from state 0, and each two bytes: most of what is written comes no further. */
  private readonly firsts = new Int32Array(256);
  private readonly seconds = new Int32Array(256 * 256);
  private size = 1;

  constructor(patterns: Buffer[]) {
    for (const pattern of patterns) {
      this.insert(pattern);
    }
    this.link();
  }

  /** The state after one more byte. */
  next(from: number, byte: number): number {
    let state = from;
    while (this.depths[state] > 1) {
      const found = this.find(state, byte);
      if (found !== 0) {
        return found;
      }
      state = this.fallbacks[state];
    }
    return state === 0
      ? this.firsts[byte]
      : this.seconds[((this.origins[state] & 255) << 8) | byte];
  }

  depth(state: number): number {
    return this.depths[state];
  }

  match(state: number): number {
    return this.matches[state];
  }

  private find(state: number, byte: number): number {
    const origin = (state << 8) | byte;
    const mask = this.steps.length - 1;
    for (let slot = slotOf(origin) & mask; ; slot = (slot + 1) & mask) {
      const found = this.steps[slot];
      if (found === 0 || this.origins[found] === origin) {
        return found;
      }
    }
  }

  private insert(pattern: Buffer): void {
    let state = 0;
    let isKnown = true;
    for (const byte of pattern) {
      // Nothing follows yet on a state that was just added
      const found: number = isKnown ? this.find(state, byte) : 0;
      isKnown = found !== 0;
      state = found || this.add(state, byte);
    }
    this.matches[state] = this.depths[state];
  }

  private add(parent: number, byte: number): number {
    if (this.size === this.depths.length) {
      this.grow();
    }
    const state = this.size++;
    this.depths[state] = this.depths[parent] + 1;
    this.origins[state] = (parent << 8) | byte;
    this.put(state);
    return state;
  }

  private put(state: number): void {
    const mask = this.steps.length - 1;
    let slot = slotOf(this.origins[state]) & mask;
    while (this.steps[slot] !== 0) {
      slot = (slot + 1) & mask;
    }
    this.steps[slot] = state;
  }

  private grow(): void {
    const capacity = this.size * 2;
    this.depths = moved(this.depths, new Uint8Array(capacity));
    this.matches = moved(this.matches, new Uint8Array(capacity));
    this.fallbacks = moved(this.fallbacks, new Int32Array(capacity));
    this.origins = moved(this.origins, new Int32Array(capacity));
    this.steps = new Int32Array(capacity * SLOTS_PER_STATE);
    for (let state = 1; state < this.size; state++) {
      this.put(state);
    }
  }

  /** Shorter beginnings first, so that the fallback of a state is known before those of what follows it. */
  private link(): void {
    const byDepth = this.statesByDepth();
    for (const state of byDepth) {
      const byte = this.origins[state] & 255;
      const parent = this.origins[state] >>> 8;
      if (parent === 0) {
        this.firsts[byte] = state;
      }
    }
    for (let byte = 0; byte < 256; byte++) {
      for (let first = 0; first < 256; first++) {
        this.seconds[(first << 8) | byte] = this.firsts[byte];
      }
    }
    for (const state of byDepth) {
      const byte = this.origins[state] & 255;
      const parent = this.origins[state] >>> 8;
      if (parent !== 0) {
        const fallback = this.next(this.fallbacks[parent], byte);
        this.fallbacks[state] = fallback;
        this.matches[state] ||= this.matches[fallback];
        if (this.depths[state] === 2) {
          this.seconds[((this.origins[parent] & 255) << 8) | byte] = state;
        }
      }
    }
  }

  private statesByDepth(): Int32Array {
    const starts = new Int32Array(257);
    for (let state = 1; state < this.size; state++) {
      starts[this.depths[state] + 1]++;
    }
    for (let depth = 1; depth < starts.length; depth++) {
      starts[depth] += starts[depth - 1];
    }
    const ordered = new Int32Array(this.size - 1);
    for (let state = 1; state < this.size; state++) {
      ordered[starts[this.depths[state]]++] = state;
    }
    return ordered;
  }
}

function moved<T extends Uint8Array | Int32Array>(old: T, grown: T): T {
  grown.set(old);
  return grown;
}

/** Spreads origins over a table; the upper bits of the product are the mixed ones. */
function slotOf(origin: number): number {
  const mixed = Math.imul(origin, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
