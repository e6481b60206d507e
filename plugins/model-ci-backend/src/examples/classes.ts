import type { Decisions } from '../statistics/metrics/classification';
import type { Metric } from '../statistics/metrics/metric';

/** Pairs of labels of which the second is the class in question. Others are not guessed. */
const BINARY: ReadonlyArray<readonly [string, string]> = [
  ['0', '1'],
  ['-1', '1'],
  ['false', 'true'],
  ['no', 'yes'],
  ['negative', 'positive'],
];

/** Tells the positive class, if these are labels of two classes of which one is known to be it. */
export function isPositiveClass(
  labels: readonly string[],
): ((label: string) => boolean) | undefined {
  const names = new Set(labels.map(label => label.toLowerCase()));
  const pair = BINARY.find(classes =>
    [...names].every(name => classes.includes(name)),
  );
  return pair && (label => label.toLowerCase() === pair[1]);
}

/** What was decided of the positive class, if there is one. */
export function decisionsOf(
  actual: readonly string[],
  predicted: readonly string[],
): Decisions | undefined {
  const isPositive = isPositiveClass([...new Set([...actual, ...predicted])]);
  return (
    isPositive && {
      actual: actual.map(isPositive),
      predicted: predicted.map(isPositive),
    }
  );
}

/** Each class weighs the same; classes for which a sample does not define the metric do not count in it. */
export function averageOverClasses(
  actual: readonly string[],
  predicted: readonly string[],
  of: (decisions: Decisions) => Metric,
): Metric {
  const classes = [...new Set([...actual, ...predicted])].sort();
  const metrics = classes.map(name =>
    of({
      actual: actual.map(label => label === name),
      predicted: predicted.map(label => label === name),
    }),
  );
  return weights => {
    const values = metrics
      .map(metric => metric(weights))
      .filter(Number.isFinite);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
}
