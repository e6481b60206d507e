import type { Bounds } from './bounds';

/**
 * What a gate asks of a number. A comparison of a candidate with its baseline asks that the difference be at least
 * −margin.
 */
export type Demand = { atLeast: number } | { atMost: number };

export function marginOf(margin: number): Demand {
  return { atLeast: -margin };
}

/** Whether the limits lie wholly on the demanded side; strictly, so that a limit on the edge decides nothing. */
export function isMet(demand: Demand, bounds: Bounds): boolean {
  return 'atLeast' in demand
    ? bounds.lower > demand.atLeast
    : bounds.upper < demand.atMost;
}

export function isMissed(demand: Demand, bounds: Bounds): boolean {
  return 'atLeast' in demand
    ? bounds.upper < demand.atLeast
    : bounds.lower > demand.atMost;
}

/** Whether a number that is known, and no estimate, is what is demanded: one on the edge is. */
export function isMetBy(demand: Demand, value: number): boolean {
  return 'atLeast' in demand ? value >= demand.atLeast : value <= demand.atMost;
}

/** The value on which the decision turns. */
export function edgeOf(demand: Demand): number {
  return 'atLeast' in demand ? demand.atLeast : demand.atMost;
}
