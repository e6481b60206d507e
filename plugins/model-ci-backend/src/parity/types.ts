import type { Values } from '../examples/types';

/** What one execution of a stage predicted. */
export interface Predicted {
  /** Its key among the executions of the stage. */
  instance: string;
  environment: string;
  /** SHA-256 of its ids: equal ones mean the same examples in the same order. */
  idsDigest: string;
  ids(): Promise<string[]>;
  prediction(): Promise<Values>;
}

/** What is stored of it. */
export interface PredictedSet {
  instance?: string;
  /** Absent for the predictions that a stage reports itself. */
  task?: string;
  digest: string;
  idsDigest: string;
}
