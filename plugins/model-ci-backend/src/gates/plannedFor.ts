import { isRate } from '../statistics/metrics/names';
import {
  levelOfPlan,
  plannedExamples,
  plannedRateExamples,
  type Assumption,
} from '../statistics/plan';
import { measuredFor } from './measuredFor';
import type { Gate, Measured, ReferenceVersion } from './types';

/** Of binary answers, the share that two versions give differently. Not configurable: what docs/statistics.md counts with. */
const ASSUMED_DISCORDANT = 0.1;

/**
 * How many examples a version needs to pass in nine of ten cases: one that is as good as the baseline, or as the version
 * before where there is only a limit; of slices, how many each needs. Undefined where too little is known, or no number
 * is enough.
 */
export function plannedFor(
  gate: Gate,
  { values }: ReferenceVersion,
  judged: { confidence: number; count: number },
): number | undefined {
  const level = levelOfPlan(judged.confidence, judged.count);
  const planned = measuredFor(gate, values).flatMap(
    known => plannedOn(gate, known, level) ?? [],
  );
  return planned.length > 0 ? Math.max(...planned) : undefined;
}

function plannedOn(
  { min, max, baseline, margin = 0 }: Gate,
  known: Measured,
  level: number,
): number | undefined {
  if (baseline !== undefined) {
    const assumption = assumptionOf(known);
    return margin > 0 && assumption
      ? plannedExamples({ margin, level, assumption })
      : undefined;
  }
  return min !== undefined && max === undefined && isRateOf(known)
    ? plannedRate({ atLeast: min, level, rate: known.value ?? NaN })
    : undefined;
}

function plannedRate(gate: { atLeast: number; level: number; rate: number }) {
  return gate.rate > gate.atLeast && gate.rate < 1
    ? plannedRateExamples(gate)
    : undefined;
}

/** Versions of one model agree more than two independent samples do, so this asks for rather too many examples. */
function assumptionOf(known: Measured): Assumption | undefined {
  if (isRateOf(known)) {
    return { scores: 'binary', discordant: ASSUMED_DISCORDANT, difference: 0 };
  }
  const { stderr, n } = known;
  return stderr !== undefined && n !== undefined
    ? {
        scores: 'differences',
        standardDeviation: stderr * Math.sqrt(2 * n),
        difference: 0,
      }
    : undefined;
}

function isRateOf({ metric, value }: Measured): boolean {
  return value !== undefined && isRate(metric, value);
}
