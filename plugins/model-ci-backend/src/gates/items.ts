import type { FoundExamples } from './findExamples';
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
}
