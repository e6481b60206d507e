import type {
  ParityResult,
  Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { ExampleRow, Values } from '../examples/types';

/** What one execution of a stage predicted. */
export interface Predicted {
  /** Its key among the executions of the stage. */
  instance: string;
  environment: string;
  /** SHA-256 of its ids: equal ones mean the same examples in the same order. */
  idsDigest: string;
  /** SHA-256 of all of it, where that is known: equal ones were predicted alike. */
  digest?: string;
  ids(): Promise<string[]>;
  prediction(): Promise<Values>;
  /** What there is of some examples, in the order of the positions. */
  rows(positions: number[]): Promise<Array<Pick<ExampleRow, 'id' | 'text'>>>;
}

/** Where it is stored. */
export interface PredictedSource {
  instance: string;
  environment: string;
  /** Of the example set. */
  digest: string;
  idsDigest: string;
  count: number;
}

/** How far the executions of a stage lie apart. Plain data, which can be given to a worker thread. */
export interface ParityQuestion {
  executions: PredictedSource[];
  /** Name of an environment. */
  reference: string;
}

export type Compared =
  | { type: 'compared'; result: ParityResult }
  /** They did not predict the same examples. */
  | { type: 'refused'; reason: Reason };
