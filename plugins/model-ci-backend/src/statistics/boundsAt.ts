import { bcaBounds } from './bootstrap/bca';
import { carefulLevel, MIN_TAIL, sortedQuantile } from './bootstrap/resampling';
import type { Bounds } from './bounds';
import { studentTQuantile } from './distributions/studentT';
import {
  estimateOf,
  units,
  type BootstrapEvidence,
  type ConstantEvidence,
  type Evidence,
  type MeanEvidence,
  type PairedRateEvidence,
  type RateEvidence,
  type ScoreRange,
} from './evidence';
import { mcnemarBetter } from './mcnemar';
import { clopperPearsonBounds } from './rate';
import { CONTINUITY, tangoBounds } from './tango';

/** Nothing is excluded. */
const UNBOUNDED: Bounds = { lower: -Infinity, upper: Infinity };

/**
 * The limits at a one-sided level (0.025 on each side make a 95 % interval). `size` asks what they would be with
 * so many times the examples, if those looked like the ones that there are.
 */
export function boundsAt(evidence: Evidence, level: number, size = 1): Bounds {
  switch (evidence.method) {
    case 'student-t':
      return rangedMeanBounds(evidence, level, size);
    case 'constant':
      return constantBounds(evidence, level, size);
    case 'same-model':
      return { lower: 0, upper: 0 };
    case 'tango':
      return pairedRateBounds(evidence, level, size);
    case 'clopper-pearson':
      return rateBounds(evidence, level, size);
    default:
      return bootstrapBounds(evidence, level, size);
  }
}

/** Of scores with a known range, which the mean cannot leave, and which groups that were not seen may have. */
function rangedMeanBounds(
  evidence: MeanEvidence,
  level: number,
  size: number,
): Bounds {
  const { range, groups, estimate } = evidence;
  const bounds = meanBounds(evidence, level, size);
  if (!range) {
    return bounds;
  }
  return withinRange(
    groups === undefined
      ? bounds
      : hullOf(
          bounds,
          unseenBounds(estimate, range, level, seen(evidence, size)),
        ),
    range,
  );
}

function meanBounds(
  evidence: MeanEvidence,
  level: number,
  size: number,
): Bounds {
  const { estimate, studentized } = evidence;
  const error = evidence.standardError / Math.sqrt(size);
  const t = studentTQuantile(1 - level, units(evidence) * size - 1);
  const bounds = { lower: estimate - t * error, upper: estimate + t * error };
  if (!studentized) {
    return bounds;
  }
  const careful = carefulLevel(level, 'studentized', units(evidence) * size);
  if (careful * studentized.length < MIN_TAIL) {
    return UNBOUNDED;
  }
  return hullOf(bounds, {
    lower: estimate - sortedQuantile(studentized, 1 - careful) * error,
    upper: estimate - sortedQuantile(studentized, careful) * error,
  });
}

function withinRange(bounds: Bounds, range: ScoreRange): Bounds {
  return {
    lower: Math.max(bounds.lower, range.min),
    upper: Math.min(bounds.upper, range.max),
  };
}

/** What either of two methods holds possible is possible. */
function hullOf(a: Bounds, b: Bounds): Bounds {
  return {
    lower: Math.min(a.lower, b.lower),
    upper: Math.max(a.upper, b.upper),
  };
}

/**
 * What n units show of those that were not seen: if all agree, at most the share 1 − level^(1/n) of the others differs
 * ("rule of three"), and one that differs can differ by the whole range.
 */
function unseenBounds(
  estimate: number,
  range: ScoreRange,
  level: number,
  seenUnits: number,
): Bounds {
  const others = -Math.expm1(Math.log(level) / seenUnits);
  return {
    lower: estimate + others * (range.min - estimate),
    upper: estimate + others * (range.max - estimate),
  };
}

/** How many independent units were seen; of groups as many as there would be of the same size. */
function seen(evidence: Evidence, size: number): number {
  return (evidence.effectiveGroups ?? units(evidence)) * size;
}

/** Without a range nothing follows from values that are all the same. */
function constantBounds(
  evidence: ConstantEvidence,
  level: number,
  size: number,
): Bounds {
  const { estimate, range } = evidence;
  return range
    ? unseenBounds(estimate, range, level, seen(evidence, size))
    : UNBOUNDED;
}

/** Tango's limits, corrected for continuity, which reach to 0 wherever McNemar's exact test sees no difference. */
function pairedRateBounds(
  evidence: PairedRateEvidence,
  level: number,
  size: number,
): Bounds {
  const gained = evidence.gained * size;
  const lost = evidence.lost * size;
  const examples = evidence.examples * size;
  const { lower, upper } = tangoBounds(
    { gained, lost, examples },
    level,
    CONTINUITY,
  );
  return {
    lower: mcnemarBetter(gained, lost) > level ? Math.min(lower, 0) : lower,
    upper: mcnemarBetter(lost, gained) > level ? Math.max(upper, 0) : upper,
  };
}

/**
 * Clopper and Pearson's limits for the effective number of examples (Korn and Graubard 1998). That number comes from how
 * much the groups differ, so it knows nothing of a rare kind of group that was not seen: what those may do is added.
 */
function rateBounds(
  evidence: RateEvidence,
  level: number,
  size: number,
): Bounds {
  const { successes, examples, groups } = evidence;
  const rate = successes / examples;
  let effective = evidence.effective * size;
  if (groups === undefined) {
    return clopperPearsonBounds(rate * effective, effective, level);
  }
  const independent = studentTQuantile(1 - level, examples * size - 1);
  const grouped = studentTQuantile(1 - level, groups * size - 1);
  effective *= (independent / grouped) ** 2;
  return hullOf(
    clopperPearsonBounds(rate * effective, effective, level),
    unseenBounds(rate, { min: 0, max: 1 }, level, seen(evidence, size)),
  );
}

function bootstrapBounds(
  evidence: BootstrapEvidence,
  level: number,
  size: number,
): Bounds {
  const { lower, upper } = bcaBounds(
    evidence,
    carefulLevel(level, 'bca', units(evidence) * size),
  );
  const estimate = estimateOf(evidence);
  const shrink = 1 / Math.sqrt(size);
  return {
    lower: estimate + (lower - estimate) * shrink,
    upper: estimate + (upper - estimate) * shrink,
  };
}
