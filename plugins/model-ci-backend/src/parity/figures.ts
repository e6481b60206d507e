import type { ParityFigures } from '@model-ci/backstage-plugin-model-ci-common';
import type { Values } from '../examples/types';
import { labelParity, numberParity } from '../statistics/parity';

/** How far predictions of the same examples lie apart; undefined where one side has numbers and the other labels. */
export function compareValues(a: Values, b: Values): ParityFigures | undefined {
  if (a.type === 'number' && b.type === 'number') {
    return compareNumbers(a.values, b.values);
  }
  if (a.type === 'text' && b.type === 'text') {
    const { compared, share } = labelParity(a.values, b.values);
    return { compared, unmatched: 0, ...(compared > 0 && { changed: share }) };
  }
  return undefined;
}

function compareNumbers(a: Float64Array, b: Float64Array): ParityFigures {
  const { compared, unmatched, d, ...others } = numberParity(a, b);
  const changed = a.reduce(
    (count, value, i) => count + Number(!isSame(value, b[i])),
    0,
  );
  return {
    compared,
    unmatched,
    // Of nothing, there is no mean; nor of numbers beyond all bounds.
    ...(compared > 0 && Number.isFinite(d) && { d, ...others }),
    ...(a.length > 0 && { changed: changed / a.length }),
  };
}

export function isSame(a: number, b: number): boolean {
  return a === b || Object.is(a, b);
}

/** The largest differences, figure by figure. */
export function largest(figures: ParityFigures[]): ParityFigures | undefined {
  const [first, ...others] = figures;
  return first && others.reduce(larger, first);
}

function larger(a: ParityFigures, b: ParityFigures): ParityFigures {
  const of = (name: 'd' | 'mean' | 'max' | 'p99' | 'changed') => {
    const [x, y] = [a[name], b[name]];
    return x === undefined || y === undefined ? {} : { [name]: Math.max(x, y) };
  };
  return {
    compared: Math.min(a.compared, b.compared),
    unmatched: Math.max(a.unmatched, b.unmatched),
    ...of('d'),
    ...of('mean'),
    ...of('max'),
    ...of('p99'),
    ...of('changed'),
  };
}
