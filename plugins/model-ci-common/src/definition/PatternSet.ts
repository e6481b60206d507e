const OTHER = -1;
const SLASH = 47;

/** A wildcard, or the code point that it has to be. */
type Token = number | '*' | '**' | '?';

/**
 * Patterns that texts are compared with: `*` stands for any characters but `/`, `**` for any characters, `?` for one
 * character but `/`.
 *
 * Patterns and texts come from repositories. Instead of regular expressions, whose backtracking a pattern such as
 * `*a*a*a*a*b` would turn against us, all places in all patterns that are possible are kept as bits: each character of a
 * text costs as many steps as there are `words` of 32 places, whatever the patterns are.
 */
export class PatternSet {
  /** Steps that each character takes. */
  readonly words: number;
  readonly #starts: Int32Array;
  /** The last place of each pattern. */
  readonly #ends: number[] = [];
  /** Places before a star. */
  readonly #stars: Int32Array;
  /** Those of them whose star stands for a slash too. */
  readonly #anyStars: Int32Array;
  /** By code point, the places that it leads on from; `OTHER` stands for those that no pattern names. */
  readonly #leads = new Map<number, Int32Array>();
  #places: Int32Array;

  constructor(patterns: readonly string[]) {
    const all = patterns.map(tokensOf);
    const size = all.reduce((sum, { length }) => sum + length + 1, 0);
    this.words = Math.ceil(size / 32);
    this.#starts = this.#empty();
    this.#stars = this.#empty();
    this.#anyStars = this.#empty();
    this.#places = this.#empty();
    this.#readLeads(all);
    let place = 0;
    for (const tokens of all) {
      set(this.#starts, place);
      for (const token of tokens) {
        this.#addToken(token, place);
        place += 1;
      }
      this.#ends.push(place);
      place += 1;
    }
  }

  /** Whether one of the patterns means the whole text. */
  matches(text: string): boolean {
    return this.findMatching(text).length > 0;
  }

  /** The places in the list of those patterns that mean the whole text. */
  findMatching(text: string): number[] {
    this.#enter();
    for (let index = 0; index < text.length; ) {
      const code = text.codePointAt(index) ?? 0;
      if (!this.#step(code)) {
        return [];
      }
      index += code > 0xffff ? 2 : 1;
    }
    return this.#ends.flatMap((place, index) =>
      has(this.#places, place) ? [index] : [],
    );
  }

  #empty(): Int32Array {
    return new Int32Array(this.words);
  }

  /** Makes room for every code point that the patterns name. */
  #readLeads(all: Token[][]): void {
    for (const code of [OTHER, SLASH, ...all.flat()]) {
      if (typeof code === 'number' && !this.#leads.has(code)) {
        this.#leads.set(code, this.#empty());
      }
    }
  }

  #addToken(token: Token, place: number): void {
    if (token === '*' || token === '**') {
      set(this.#stars, place);
      if (token === '**') {
        set(this.#anyStars, place);
      }
      return;
    }
    for (const [code, places] of this.#leads) {
      if (token === code || (token === '?' && code !== SLASH)) {
        set(places, place);
      }
    }
  }

  #enter(): void {
    this.#places.set(this.#starts);
    this.#passStars();
  }

  /** A star may stand for nothing: being before it is also being behind it. There are no two in a row. */
  #passStars(): void {
    const places = this.#places;
    let carry = 0;
    for (let word = 0; word < this.words; word++) {
      const before = places[word] & this.#stars[word];
      places[word] |= (before << 1) | carry;
      carry = before >>> 31;
    }
  }

  /** Reads one character; false where no place is possible any more. */
  #step(code: number): boolean {
    const leads = this.#leads.get(code) ?? this.#leads.get(OTHER);
    const stays = code === SLASH ? this.#anyStars : this.#stars;
    const stars = this.#stars;
    const places = this.#places;
    let carry = 0;
    let starCarry = 0;
    let possible = 0;
    for (let word = 0; word < this.words; word++) {
      const from = places[word];
      const led = from & (leads?.[word] ?? 0);
      const next = (led << 1) | carry | (from & stays[word]);
      carry = led >>> 31;
      const before = next & stars[word];
      places[word] = next | (before << 1) | starCarry;
      starCarry = before >>> 31;
      possible |= places[word];
    }
    return possible !== 0;
  }
}

function set(places: Int32Array, place: number): void {
  places[place >> 5] |= 1 << (place & 31);
}

function has(places: Int32Array, place: number): boolean {
  return ((places[place >> 5] >>> (place & 31)) & 1) === 1;
}

function tokensOf(pattern: string): Token[] {
  // More stars in a row stand for what two do.
  const parts = pattern.replace(/\*{3,}/g, '**').match(/\*\*|[^]/gu) ?? [];
  return parts.map(part =>
    part === '*' || part === '**' || part === '?'
      ? part
      : part.codePointAt(0) ?? 0,
  );
}
