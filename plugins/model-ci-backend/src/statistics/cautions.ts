import { units, type Evidence, type RateEvidence } from './evidence';
import { FEW_UNITS } from './skewness';

/**
 * What a reviewer should know about an interval:
 * `few-units`: the data shows too little of its own shape, so the interval was made wider than the formula's;
 * `skewed`: the same because of the shape that it does show;
 * `no-spread`: all scores or differences are the same, which says how often others occur, not how large they are.
 */
export type Caution = 'few-units' | 'skewed' | 'no-spread';

export function cautionsOf(evidence: Evidence): Caution[] {
  switch (evidence.method) {
    case 'constant':
      return ['no-spread'];
    case 'student-t':
      if (units(evidence) < FEW_UNITS) {
        return ['few-units'];
      }
      return evidence.studentized ? ['skewed'] : [];
    case 'bca':
      return units(evidence) < FEW_UNITS ? ['few-units'] : [];
    case 'clopper-pearson':
      return cautionsOfRate(evidence);
    default:
      // Exact for any number
      return [];
  }
}

/** Exact for any number of examples that are independent of each other and were seen. */
function cautionsOfRate(evidence: RateEvidence): Caution[] {
  const { groups, reported, skewed } = evidence;
  if (groups === undefined && !reported) {
    return [];
  }
  if (units(evidence) < FEW_UNITS) {
    return ['few-units'];
  }
  return skewed ? ['skewed'] : [];
}
