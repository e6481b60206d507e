/**
 * Whether a branch matches one of the patterns of `triggers.push.branches`: `*` stands for any characters
 * but `/`, `**` for any characters, `?` for one character but `/`.
 */
export function branchMatches(
  patterns: readonly string[],
  branch: string,
): boolean {
  return patterns.some(pattern => matches(pattern, branch));
}

const ANY_BUT_SLASH = -1;
const ANY = -2;
const ONE = -3;
const SLASH = 47;

/** A pattern as code points and wildcards. */
function tokensOf(pattern: string): Int32Array {
  const wildcards = new Map([
    ['*', ANY_BUT_SLASH],
    ['**', ANY],
    ['?', ONE],
  ]);
  // More stars in a row stand for what two do; one place for each would cost time at every character.
  const parts = pattern.replace(/\*{3,}/g, '**').match(/\*\*|[^]/gu) ?? [];
  return Int32Array.from(
    parts,
    part => wildcards.get(part) ?? part.codePointAt(0) ?? 0,
  );
}

/**
 * Patterns come from the repository. Instead of a regular expression, whose backtracking a pattern such as
 * `*a*a*a*a*b` would turn against us, keep the set of places in the pattern that are possible.
 */
function matches(pattern: string, text: string): boolean {
  const tokens = tokensOf(pattern);
  let places = new Uint8Array(tokens.length + 1);
  let next = new Uint8Array(tokens.length + 1);
  enter(places, tokens, 0);
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    next.fill(0);
    let isPossible = false;
    for (let place = 0; place < tokens.length; place++) {
      if (places[place] === 1) {
        const token = tokens[place];
        const isStar =
          token === ANY || (token === ANY_BUT_SLASH && code !== SLASH);
        if (isStar || token === code || (token === ONE && code !== SLASH)) {
          enter(next, tokens, isStar ? place : place + 1);
          isPossible = true;
        }
      }
    }
    if (!isPossible) {
      return false;
    }
    [places, next] = [next, places];
  }
  return places[tokens.length] === 1;
}

/** A star may stand for nothing: being before it is also being behind it. */
function enter(places: Uint8Array, tokens: Int32Array, place: number): void {
  let at = place;
  places[at] = 1;
  while (tokens[at] === ANY_BUT_SLASH || tokens[at] === ANY) {
    at += 1;
    places[at] = 1;
  }
}
