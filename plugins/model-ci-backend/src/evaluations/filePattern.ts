/**
 * Patterns of file names: `?` and `*` within a name, `**` for any number of folders. Matched without regular
 * expressions, because a pipeline brings its own patterns, and a regular expression made of a few dozen `*` can keep
 * a backend busy for years.
 */
export function isPattern(path: string): boolean {
  return /[*?]/.test(path);
}

/** The folder that holds whatever a pattern can match; the path itself if it is no pattern. */
export function folderOf(pattern: string): string {
  const segments = pattern.split('/');
  const first = segments.findIndex(isPattern);
  return (first < 0 ? segments : segments.slice(0, first)).join('/');
}

export function matchesPattern(pattern: string, path: string): boolean {
  return matches(pattern.split('/'), path.split('/'), {
    isAny: segment => segment === '**',
    isEqual: matchesName,
  });
}

function matchesName(pattern: string, name: string): boolean {
  return matches([...pattern], [...name], {
    isAny: character => character === '*',
    isEqual: (wanted, character) => wanted === '?' || wanted === character,
  });
}

/**
 * Whether elements match a pattern in which some elements stand for any number. Only the last of those ever has to
 * take more, so that the time is bounded by the product of both lengths.
 */
function matches<T>(
  pattern: T[],
  elements: T[],
  by: { isAny(element: T): boolean; isEqual(wanted: T, element: T): boolean },
): boolean {
  let at = 0;
  let any: { at: number; taken: number } | undefined;
  for (let next = 0; next < elements.length; ) {
    if (at < pattern.length && by.isAny(pattern[at])) {
      any = { at, taken: next };
      at += 1;
    } else if (at < pattern.length && by.isEqual(pattern[at], elements[next])) {
      at += 1;
      next += 1;
    } else if (any) {
      any.taken += 1;
      next = any.taken;
      at = any.at + 1;
    } else {
      return false;
    }
  }
  return pattern.slice(at).every(element => by.isAny(element));
}
