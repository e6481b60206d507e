import { PatternSet } from './PatternSet';

/** The files that a change touched, relative to the root of the repository, and the pipeline's folder there. */
export interface ChangedPaths {
  /** Empty for the root; without slashes at its ends. */
  folder: string;
  paths: string[];
}

/**
 * Whether a change touched what one of the patterns of `paths` names. A pattern is relative to the pipeline's folder, as
 * every path in `model-pipeline.yaml` is, or with a leading `/` to the root of the repository. The wildcards are those
 * of branches; a pattern that ends in `/` stands for everything below it.
 */
export function changedPathsMatch(
  patterns: readonly string[],
  changed: ChangedPaths,
): boolean {
  return findTouched(patterns, changed).size > 0;
}

/** Those of the patterns that name what a change touched: all at once, as each reading of the paths takes time. */
export function findTouched(
  patterns: readonly string[],
  { folder, paths }: ChangedPaths,
): Set<string> {
  const rooted = patterns.filter(pattern => pattern.startsWith('/'));
  const own = patterns.filter(pattern => !pattern.startsWith('/'));
  const ofRoot = new PatternSet(rooted.map(pattern => whole(pattern).slice(1)));
  const ofFolder = new PatternSet(
    own.map(pattern => whole(pattern).replace(/^(?:\.\/)+/, '')),
  );
  const prefix = folder === '' ? '' : `${folder}/`;
  const found = new Set<string>();
  for (const path of paths) {
    ofRoot.findMatching(path).forEach(index => found.add(rooted[index]));
    if (path.startsWith(prefix)) {
      ofFolder
        .findMatching(path.slice(prefix.length))
        .forEach(index => found.add(own[index]));
    }
  }
  return found;
}

function whole(pattern: string): string {
  return pattern.replace(/\/$/, '/**');
}
