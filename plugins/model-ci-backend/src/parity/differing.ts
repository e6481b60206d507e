import type { ParityResult } from '@model-ci/backstage-plugin-model-ci-common';
import type { ExampleRow, Values } from '../examples/types';
import { isSame } from './figures';

/** Not configurable: enough to see what is wrong, few enough to be kept with each run. */
const SHOWN = 20;

type Differing = ParityResult['differing'][number];

/** Positions of the examples that differ most, the largest difference first; what is no number on one side comes before all. */
export function mostDiffering(reference: Values, other: Values): number[] {
  if (reference.type === 'text' || other.type === 'text') {
    return firstDifferent(reference, other);
  }
  const found: Array<{ at: number; distance: number }> = [];
  reference.values.forEach((value, at) => {
    if (isSame(value, other.values[at])) {
      return;
    }
    const distance = Math.abs(value - other.values[at]);
    found.push({ at, distance: Number.isNaN(distance) ? Infinity : distance });
    if (found.length >= 100 * SHOWN) {
      keepMost(found);
    }
  });
  keepMost(found);
  return found.map(({ at }) => at);
}

function keepMost(found: Array<{ at: number; distance: number }>): void {
  found.sort((a, b) =>
    a.distance === b.distance ? a.at - b.at : b.distance - a.distance,
  );
  found.splice(SHOWN);
}

/** Labels differ or do not. */
function firstDifferent(reference: Values, other: Values): number[] {
  const found: number[] = [];
  for (let at = 0; at < reference.values.length && found.length < SHOWN; at++) {
    if (reference.values[at] !== other.values[at]) {
      found.push(at);
    }
  }
  return found;
}

/** As long as a line of a page has room for. */
const MAX_TEXT = 200;

export function describeDiffering(
  environment: string,
  { id, text }: Pick<ExampleRow, 'id' | 'text'>,
  reference: number | string,
  prediction: number | string,
): Differing {
  const difference =
    typeof prediction === 'number' && typeof reference === 'number'
      ? prediction - reference
      : NaN;
  return {
    environment,
    id,
    ...(text !== undefined && { text }),
    reference: shown(reference),
    prediction: shown(prediction),
    ...(Number.isFinite(difference) && { difference }),
  };
}

function shown(value: number | string): number | string | null {
  if (typeof value === 'string') {
    return value.slice(0, MAX_TEXT);
  }
  return Number.isFinite(value) ? value : null;
}
