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

/**
 * Patterns come from the repository. Instead of a regular expression, whose backtracking a pattern such as
 * `*a*a*a*a*b` would turn against us, keep the set of places in the pattern that are possible.
 */
function matches(pattern: string, text: string): boolean {
  const tokens = pattern.match(/\*\*|[^]/gu) ?? [];
  let places = new Set<number>();
  // A star may stand for nothing: being before it is also being behind it.
  const enter = (set: Set<number>, place: number) => {
    let at = place;
    set.add(at);
    while (tokens[at] === '*' || tokens[at] === '**') {
      at += 1;
      set.add(at);
    }
  };
  enter(places, 0);
  for (const character of text) {
    const next = new Set<number>();
    for (const place of places) {
      const token = tokens[place];
      if (token === '**' || (token === '*' && character !== '/')) {
        enter(next, place);
      } else if (token === character || (token === '?' && character !== '/')) {
        enter(next, place + 1);
      }
    }
    places = next;
  }
  return places.has(tokens.length);
}
