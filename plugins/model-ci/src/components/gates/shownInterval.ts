import type {
  GateInterval,
  GateResult,
} from '@model-ci/backstage-plugin-model-ci-common';

/**
 * The interval that says most of a verdict: the one that left it open, which holds together with those of the other gates.
 * That of a decided gate may end at the limit, so what it would be by itself shows more.
 */
export function shownInterval(
  gate: Pick<GateResult, 'verdict' | 'interval' | 'alone'>,
): GateInterval | undefined {
  return gate.verdict === 'inconclusive' ? gate.interval : gate.alone;
}

/** The numbers on which the verdict turns: the margin, or the limits. */
export function edgesOf({ demand }: Pick<GateResult, 'demand'>): number[] {
  const { min, max, baseline, margin = 0 } = demand;
  return baseline === undefined
    ? [min ?? [], max ?? []].flat()
    : [margin === 0 ? 0 : -margin];
}
