import type { Values } from './types';

/** Pairs of labels of which the second is the class in question. Others are not guessed. */
const BINARY: ReadonlyArray<readonly [string, string]> = [
  ['0', '1'],
  ['-1', '1'],
  ['false', 'true'],
  ['no', 'yes'],
  ['negative', 'positive'],
];

/** Tells the positive class, if these targets are labels of two classes of which one is known to be it. */
export function isPositiveClass({
  values,
}: Values): ((label: string) => boolean) | undefined {
  // A data set has many examples and few labels
  const labels = new Set<number | string>(values);
  const names = new Set(
    Array.from(labels, label => String(label).toLowerCase()),
  );
  const pair = BINARY.find(classes =>
    [...names].every(name => classes.includes(name)),
  );
  return pair && (label => label.toLowerCase() === pair[1]);
}
