import type { FoundExamples, GateExamples } from './findExamples';
import type { Gate } from './types';

/** One thing to judge: a gate on the whole data set, or on one slice of it. */
export interface GateItem {
  gate: Gate;
  /** Its place among the gates of the stage. */
  position: number;
  /** Such as `age=65+`. */
  slice?: string;
}

/** The same with the examples on which it can be judged. */
export interface PreparedItem extends GateItem {
  candidate: FoundExamples;
  /** Those of the slice, where the examples say which they are. */
  rows?: Int32Array;
  /** How many values the slice has, where they are too many to be judged. */
  tooManySlices?: number;
}

/** The examples that speak for an item: those of a whole data set say nothing about a slice that they do not name. */
export function examplesOf(item: PreparedItem): GateExamples | undefined {
  const { candidate, slice, rows } = item;
  return candidate.type === 'found' && (slice === undefined || rows)
    ? candidate.examples
    : undefined;
}
