import { reason } from '../../reasons';
import { explainBadPath, normalizePath } from '../paths';
import { entriesOf, type Problem, valueOf } from '../problems';
import { MAX_CACHES } from './cache';
import { MAX_ENTRIES } from './limits';

type Stages = Array<[string, unknown]>;

/**
 * A cache must not lie where an artifact of its stage or of one that it needs does, a report of its stage or another of
 * its caches, nor these in it: what a stage has made and what an earlier run had kept could not be told apart.
 */
export function checkCaches(
  stages: Stages,
  ancestors: ReadonlyMap<string, ReadonlySet<string>>,
): Problem[] {
  const artifacts = new Map(
    stages.map(([name, stage]) => [name, pathsOf(valueOf(stage, 'artifacts'))]),
  );
  return stages.flatMap(([name, stage]) => {
    const caches = entriesOf(valueOf(stage, 'cache'))
      .slice(0, MAX_CACHES)
      .map(([cache, value]) => ({
        cache,
        path: pathOf(valueOf(value, 'path')),
      }));
    const taken = [
      ...[name, ...(ancestors.get(name) ?? [])].flatMap(
        other => artifacts.get(other) ?? [],
      ),
      ...reportFolders(valueOf(stage, 'reports')),
    ];
    return caches.flatMap(({ cache, path }, index) => {
      const others = [
        ...taken,
        ...caches.slice(0, index).flatMap(earlier => earlier.path ?? []),
      ];
      const other =
        path === undefined
          ? undefined
          : others.find(each => isInside(each, path) || isInside(path, each));
      return other === undefined || path === undefined
        ? []
        : [
            {
              path: ['stages', name, 'cache', cache, 'path'],
              reason: reason('definition.cacheMeets', { path, other }),
            },
          ];
    });
  });
}

function pathsOf(value: unknown): string[] {
  return entriesOf(value)
    .slice(0, MAX_ENTRIES)
    .flatMap(([, path]) => pathOf(path) ?? []);
}

/** Of a pattern, the folder above all that it may match. */
function reportFolders(reports: unknown): string[] {
  return entriesOf(reports)
    .filter(([kind]) => kind !== 'directions')
    .flatMap(([, value]) => [value].flat().slice(0, MAX_ENTRIES))
    .flatMap(path => pathOf(path) ?? [])
    .map(path => {
      const segments = path.split('/');
      const pattern = segments.findIndex(segment => /[*?]/.test(segment));
      return segments.slice(0, pattern < 0 ? undefined : pattern).join('/');
    });
}

function pathOf(value: unknown): string | undefined {
  return typeof value === 'string' && !explainBadPath(value)
    ? normalizePath(value)
    : undefined;
}

function isInside(inner: string, outer: string): boolean {
  return outer === '' || inner === outer || inner.startsWith(`${outer}/`);
}
