import { metricOf } from '../examples/metrics';
import type { OpenedExampleSet } from '../examples/openExampleSet';
import { SCORE, type ExampleSet, type Values } from '../examples/types';
import { knownDirection } from '../evaluations/metricDirection';

/** What the portal can say of each single example where there is no score: whether it is right, or how far off. */
const COMPUTED = ['accuracy', 'mae', 'mse'];

/** Metrics that every example of a set has a score of. The likeliest to be asked for comes first. */
export async function scoredMetrics(set: OpenedExampleSet): Promise<string[]> {
  const own = [...set.scoreNames].sort(
    (a, b) => Number(b === SCORE) - Number(a === SCORE),
  );
  if (!set.hasTarget) return own;
  const meant = await meantMetrics(set);
  const computed = COMPUTED.filter(
    name => !own.includes(name) && meant.includes(name),
  );
  return own.includes(SCORE) ? [...own, ...computed] : [...computed, ...own];
}

/** Of labels whether right; of numbers how far off, and of numbers that are classes both. Texts are not read for it. */
async function meantMetrics(set: OpenedExampleSet): Promise<string[]> {
  const { prediction, target } = set.header;
  if (prediction.kind === 'texts' || target?.kind === 'texts') {
    return ['accuracy'];
  }
  return isFew(await set.target()) ? COMPUTED : ['mae', 'mse'];
}

/** Numbers that are classes: small whole ones. */
function isFew(target: Values | undefined): boolean {
  return (
    target?.type === 'number' &&
    target.values.every(
      value => Number.isInteger(value) && value >= 0 && value < 1000,
    )
  );
}

/** The score of each example; undefined where the set has none of the metric. */
export async function scoresOf(
  set: ExampleSet,
  metric: string,
): Promise<Float64Array | undefined> {
  const found = await metricOf(set, metric);
  return found.type === 'mean' ? found.scores : undefined;
}

/** As was said, or as everybody knows; `score` says by its definition how good an answer is. Otherwise undefined. */
export function isHigherBetter(
  metric: string,
  directions: Record<string, boolean>,
): boolean | undefined {
  const said = Object.hasOwn(directions, metric)
    ? directions[metric]
    : undefined;
  return said ?? (metric === SCORE ? true : knownDirection(metric));
}
