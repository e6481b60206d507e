import {
  DEFAULT_CONFIDENCE,
  type GateResult,
} from '@model-ci/backstage-plugin-model-ci-common';

/** What the promise of a gate's interval is for. */
export interface Together {
  confidence: number;
  /** Other gates that allow for chance: the promise holds for all of them at once. */
  others: number;
}

/** The gates of a stage share one confidence, as those of its instances do among which one is selected. */
export function judgedTogether(gate: GateResult, all: GateResult[]): Together {
  const family = all.filter(
    other => other.stage === gate.stage && allowsForChance(other),
  );
  return {
    confidence:
      family.find(({ demand }) => demand.confidence !== undefined)?.demand
        .confidence ?? DEFAULT_CONFIDENCE,
    others: family.filter(other => other !== gate).length,
  };
}

/** A first version has nothing that it could wrongly be worse than. */
function allowsForChance({ demand, baseline, verdict }: GateResult): boolean {
  const isFirst = baseline?.version === undefined && verdict === 'pass';
  return demand.baseline === undefined
    ? demand.confidence !== undefined
    : !isFirst;
}
