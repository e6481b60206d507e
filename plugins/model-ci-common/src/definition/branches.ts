import { PatternSet } from './PatternSet';

/** Whether a branch matches one of the patterns of `triggers.push.branches`, as a `PatternSet` reads them. */
export function branchMatches(
  patterns: readonly string[],
  branch: string,
): boolean {
  return new PatternSet(patterns).matches(branch);
}
