import type { GateResult } from '@model-ci/backstage-plugin-model-ci-common';

/** What is drawn of a gate, in shares of the width from left to right. */
export interface Picture {
  /** An open side goes to the rim. */
  lower: number;
  upper: number;
  estimate: number;
  /** The values on which the verdict turns. */
  edges: number[];
  /** Where two versions are equal. */
  zero?: number;
}

/** Part of the drawing that stays free on each side. */
const RIM = 0.06;

/** Undefined for gates that have no interval. */
export function pictureOf(gate: GateResult): Picture | undefined {
  const { estimate, demand } = gate;
  // Where others are judged with it, a decided limit lies on the edge: what it would be alone shows more.
  const interval = gate.verdict === 'inconclusive' ? gate.interval : gate.alone;
  if (estimate === undefined || !interval) {
    return undefined;
  }
  const edges = edgesOf(gate);
  const zero = demand.baseline === undefined ? [] : [0];
  const values = [
    estimate,
    ...edges,
    ...zero,
    ...[interval.lower ?? [], interval.upper ?? []].flat(),
  ];
  const low = Math.min(...values);
  const width = Math.max(...values) - low || Math.abs(low) || 1;
  const place = (value: number) =>
    RIM + ((value - low) / width) * (1 - 2 * RIM);
  return {
    lower: interval.lower === undefined ? 0 : place(interval.lower),
    upper: interval.upper === undefined ? 1 : place(interval.upper),
    estimate: place(estimate),
    edges: edges.map(place),
    ...(zero.length > 0 && { zero: place(0) }),
  };
}

/** The margin, or the limits. */
export function edgesOf({ demand }: Pick<GateResult, 'demand'>): number[] {
  const { min, max, baseline, margin = 0 } = demand;
  return baseline === undefined
    ? [min ?? [], max ?? []].flat()
    : [margin === 0 ? 0 : -margin];
}
