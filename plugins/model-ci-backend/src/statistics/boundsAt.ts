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
      return withinRange(meanBounds(evidence, level, size), evidence.range);
    case 'constant':
      return constantBounds(evidence, level, size);
    case 'tango':
      return pairedRateBounds(evidence, level, size);
    case 'clopper-pearson':
      return rateBounds(evidence, level, size);
    case 'bca':
      return bootstrapBounds(evidence, level, size);
    default:
      throw new Error(`No limits for ${JSON.stringify(evidence)}`);
  }
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
  // Where the data is too skewed for Student's t, what either of the two methods holds possible is possible
  return {
    lower: Math.min(
      bounds.lower,
      estimate - sortedQuantile(studentized, 1 - careful) * error,
    ),
    upper: Math.max(
      bounds.upper,
      estimate - sortedQuantile(studentized, careful) * error,
    ),
  };
}

function withinRange(bounds: Bounds, range?: ScoreRange): Bounds {
  return range
    ? {
        lower: Math.max(bounds.lower, range.min),
        upper: Math.min(bounds.upper, range.max),
      }
    : bounds;
}

/**
 * If all of n units agree, at most the share 1 − level^(1/n) of those never seen differs ("rule of three"), and a
 * score with a range can differ by so much. Without a range nothing follows.
 */
function constantBounds(
  evidence: ConstantEvidence,
  level: number,
  size: number,
): Bounds {
  const { estimate, range } = evidence;
  if (!range) {
    return UNBOUNDED;
  }
  const others = -Math.expm1(Math.log(level) / (units(evidence) * size));
  return {
    lower: estimate + others * (range.min - estimate),
    upper: estimate + others * (range.max - estimate),
  };
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

/** Clopper and Pearson's limits for the effective number of examples (Korn and Graubard 1998). */
function rateBounds(
  evidence: RateEvidence,
  level: number,
  size: number,
): Bounds {
  const { successes, examples, groups } = evidence;
  let effective = evidence.effective * size;
  if (groups !== undefined && evidence.effective !== groups) {
    const independent = studentTQuantile(1 - level, examples * size - 1);
    const grouped = studentTQuantile(1 - level, groups * size - 1);
    effective *= (independent / grouped) ** 2;
  }
  return clopperPearsonBounds(
    (successes / examples) * effective,
    effective,
    level,
  );
}

function bootstrapBounds(
  evidence: BootstrapEvidence,
  level: number,
  size: number,
): Bounds {
  const { lower, upper } = bcaBounds(
    evidence,
    carefulLevel(level, 'bca', units(evidence)),
  );
  const estimate = estimateOf(evidence);
  const shrink = 1 / Math.sqrt(size);
  return {
    lower: estimate + (lower - estimate) * shrink,
    upper: estimate + (upper - estimate) * shrink,
  };
}
