/** The values that a score can have. */
export interface ScoreRange {
  min: number;
  max: number;
}

interface Sized {
  /** How many examples it rests on. */
  examples: number;
  /** How many groups they are in, if they are not independent of each other. */
  groups?: number;
  /** How many groups of the same size tell as much: a few large ones hide behind many small ones. */
  effectiveGroups?: number;
}

/** A mean whose interval is Student's t; `groups` says that the standard error is robust to them. */
export interface MeanEvidence extends Sized {
  method: 'student-t';
  estimate: number;
  standardError: number;
  /** What the mean cannot leave. */
  range?: ScoreRange;
  /** Studentized bootstrap of a mean too skewed for its number of examples; sorted. */
  studentized?: Float64Array;
}

/** All scores, or all differences, are the same: the data says nothing about how much they can vary. */
export interface ConstantEvidence extends Sized {
  method: 'constant';
  estimate: number;
  /** What an example that was not seen could show. */
  range?: ScoreRange;
}

/** Both are the same model: their difference is 0 for every example that there is, and chance has no part in it. */
export interface SameModelEvidence extends Sized {
  method: 'same-model';
}

/** Binary scores of the same examples: how many the candidate alone got right, and how many the baseline alone. */
export interface PairedRateEvidence extends Sized {
  method: 'tango';
  gained: number;
  lost: number;
}

/** One rate. `effective` is the number of independent examples that tell as much as the grouped ones do. */
export interface RateEvidence extends Sized {
  method: 'clopper-pearson';
  successes: number;
  effective: number;
  /** Whether groups differ so much, or are so few, that their standard error cannot be trusted. */
  skewed?: true;
  /** Whether it was made of what a report says. */
  reported?: true;
}

/** A metric that is no mean, with the sorted results of its bootstrap. */
export interface BootstrapEvidence extends Sized {
  method: 'bca';
  estimate: number;
  resampled: Float64Array;
  /** The correction for the median of the bootstrap being off the estimate (z₀). */
  bias: number;
  /** The correction for the spread changing with the value (a). */
  acceleration: number;
}

/** What is known of one number, enough to give its limits at any level. Higher need not be better. */
export type Evidence =
  | MeanEvidence
  | ConstantEvidence
  | SameModelEvidence
  | PairedRateEvidence
  | RateEvidence
  | BootstrapEvidence;

/** Why nothing can be said about a number. */
export type Undefined =
  | { method: 'undefined'; reason: 'no-examples' | 'one-example' | 'one-group' }
  /** Scores that are not finite; `first` are indices of some. */
  | {
      method: 'undefined';
      reason: 'not-measured';
      side: 'baseline' | 'candidate';
      count: number;
      first: number[];
    }
  /** No bootstrap tells anything from so few; `needed` is from where it does. */
  | {
      method: 'undefined';
      reason: 'too-few-units';
      units: number;
      needed: number;
    }
  /** The metric does not exist for this data, such as an AUC of one class, or for too many of its resamples. */
  | { method: 'undefined'; reason: 'metric-undefined' };

export function isDefined(found: Evidence | Undefined): found is Evidence {
  return found.method !== 'undefined';
}

/** How many independent units the evidence has: groups where there are groups. */
export function units(evidence: Evidence): number {
  return evidence.groups ?? evidence.examples;
}

export function estimateOf(evidence: Evidence): number {
  switch (evidence.method) {
    case 'tango':
      return (evidence.gained - evidence.lost) / evidence.examples;
    case 'clopper-pearson':
      return evidence.successes / evidence.examples;
    case 'same-model':
      return 0;
    default:
      return evidence.estimate;
  }
}
