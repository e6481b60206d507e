import { branchMatches } from './branches';

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
  { folder, paths }: ChangedPaths,
): boolean {
  const whole = patterns.map(pattern => pattern.replace(/\/$/, '/**'));
  const rooted = whole.flatMap(pattern =>
    pattern.startsWith('/') ? pattern.slice(1) : [],
  );
  const own = whole.flatMap(pattern =>
    pattern.startsWith('/') ? [] : pattern.replace(/^(?:\.\/)+/, ''),
  );
  const prefix = folder === '' ? '' : `${folder}/`;
  return paths.some(
    path =>
      branchMatches(rooted, path) ||
      (path.startsWith(prefix) &&
        branchMatches(own, path.slice(prefix.length))),
  );
}
