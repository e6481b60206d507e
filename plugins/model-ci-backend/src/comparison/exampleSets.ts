import type { ExampleSetKey } from '@model-ci/backstage-plugin-model-ci-common';
import type { ListedExampleSet } from '../database/operations/examples/listExampleSets';

const PARTS = ['stage', 'instance', 'environment', 'dataset', 'task'] as const;

export function keyOf(set: ExampleSetKey): ExampleSetKey {
  const { stage, instance, environment, dataset, task } = set;
  return { stage, instance, environment, dataset, task };
}

export function textOf(set: ExampleSetKey): string {
  return JSON.stringify(PARTS.map(part => set[part] ?? ''));
}

/** The sets that both runs have, in the order of the second one's. */
export function setsOfBoth(
  baseline: ListedExampleSet[],
  candidate: ListedExampleSet[],
): Array<{ baseline: ListedExampleSet; candidate: ListedExampleSet }> {
  const known = new Map(baseline.map(set => [textOf(set), set]));
  return candidate.flatMap(set => {
    const other = known.get(textOf(set));
    return other ? { baseline: other, candidate: set } : [];
  });
}

/** Whether a set has every part that was asked for. */
export function isAsked(
  set: ExampleSetKey,
  asked: Partial<ExampleSetKey>,
): boolean {
  return PARTS.every(
    part => asked[part] === undefined || set[part] === asked[part],
  );
}
