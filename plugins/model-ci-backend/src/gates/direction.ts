import type { Measured, StageEvidence } from './types';

type Better = 'higher' | 'lower';

export type Direction =
  | { type: 'known'; better: Better }
  | { type: 'unknown' }
  /** The candidate's own report says something else. */
  | { type: 'contradicted'; better: Better; reported: Better };

/**
 * Which direction is better, as it was fixed when the run started: by the definition, the name of the metric, or the
 * baseline's report. What the candidate's own report says counts where nothing else says it: a version does not decide
 * what is better about it.
 */
export function directionOf(
  { metric, position }: { metric: string; position: number },
  { evaluations, directions, plan }: StageEvidence,
): Direction {
  const reported = reportedDirection(metric, evaluations);
  const stated = Object.hasOwn(directions, metric)
    ? directions[metric]
    : undefined;
  const fixed =
    stated ?? reportedDirection(metric, plan[position]?.baseline?.values ?? []);
  if (fixed && reported && fixed !== reported) {
    return { type: 'contradicted', better: fixed, reported };
  }
  const better = fixed ?? reported;
  return better ? { type: 'known', better } : { type: 'unknown' };
}

function reportedDirection(
  metric: string,
  values: readonly Measured[],
): Better | undefined {
  const found = values.find(
    value => value.metric === metric && value.higherIsBetter !== undefined,
  );
  if (!found) {
    return undefined;
  }
  return found.higherIsBetter ? 'higher' : 'lower';
}
