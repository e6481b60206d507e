import { reason, type Reason } from '../reasons';
import { explainBadPath, normalizePath } from './paths';
import { type Problem, entriesOf, valueOf } from './problems';
import { MAX_ENTRIES } from './schema';

interface DeclaredArtifact {
  stage: string;
  name: string;
  path: string;
}

/**
 * Artifacts of two stages that meet in one workspace must not lie inside each other: which of the two would be
 * found there depended on the order of unpacking. They meet if one stage needs the other, if a third
 * needs both, or if the version is served, which unpacks all of them.
 */
export function findArtifactOverlaps(
  stages: Array<[string, unknown]>,
  ancestors: Map<string, Set<string>>,
  options: { served: boolean },
): Problem[] {
  const byPath = new Map<string, DeclaredArtifact[]>();
  const artifacts = stages.flatMap(([stage, definition]) =>
    entriesOf(valueOf(definition, 'artifacts'))
      .slice(0, MAX_ENTRIES)
      .flatMap(([name, path]) =>
        typeof path === 'string' && !explainBadPath(path)
          ? [{ stage, name, path: normalizePath(path) }]
          : [],
      ),
  );
  for (const artifact of artifacts) {
    const others = byPath.get(artifact.path);
    if (!others) {
      byPath.set(artifact.path, [artifact]);
    } else if (others[others.length - 1].stage !== artifact.stage) {
      others.push(artifact);
    }
  }
  const meetings = new Map<string, Reason | undefined>();
  const order = new Map(stages.map(([name], index) => [name, index]));
  return artifacts.flatMap(artifact => {
    for (const prefix of prefixesOf(artifact.path)) {
      for (const other of byPath.get(prefix) ?? []) {
        if (other.stage === artifact.stage) {
          continue;
        }
        const samePath = other.path === artifact.path;
        const later =
          (order.get(artifact.stage) ?? 0) > (order.get(other.stage) ?? 0);
        // Of two equal paths, the one further down in the file is reported.
        if (samePath && !later) {
          continue;
        }
        const pair = `${artifact.stage} ${other.stage}`;
        if (!meetings.has(pair)) {
          meetings.set(
            pair,
            describeMeeting(artifact, other, ancestors, options),
          );
        }
        const meeting = meetings.get(pair);
        if (meeting) {
          return [
            {
              path: ['stages', artifact.stage, 'artifacts', artifact.name],
              reason: reason(
                samePath
                  ? 'definition.artifactSame'
                  : 'definition.artifactInside',
                {
                  path: artifact.path,
                  artifact: other.name,
                  stage: other.stage,
                  meeting,
                },
              ),
            },
          ];
        }
      }
    }
    return [];
  });
}

function describeMeeting(
  a: DeclaredArtifact,
  b: DeclaredArtifact,
  ancestors: Map<string, Set<string>>,
  options: { served: boolean },
): Reason | undefined {
  if (ancestors.get(a.stage)?.has(b.stage)) {
    return reason('definition.meetNeeds', { stage: a.stage, needed: b.stage });
  }
  if (ancestors.get(b.stage)?.has(a.stage)) {
    return reason('definition.meetNeeds', { stage: b.stage, needed: a.stage });
  }
  for (const [stage, needed] of ancestors) {
    if (needed.has(a.stage) && needed.has(b.stage)) {
      return reason('definition.meetBoth', { stage });
    }
  }
  return options.served ? reason('definition.meetServing') : undefined;
}

/** `a/b/c` → `a`, `a/b`, `a/b/c` */
function prefixesOf(path: string): string[] {
  const segments = path.split('/');
  return segments.map((_, index) => segments.slice(0, index + 1).join('/'));
}
