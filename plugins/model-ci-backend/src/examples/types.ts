/** One example of an evaluation, as it is written and as pages show it. */
export interface ExampleRow {
  id: string;
  /** What the model was asked, for people to read; no metric depends on it. */
  text?: string;
  /** A number, or a label or text. */
  prediction?: number | string;
  target?: number | string;
  /** By name; NaN where it was not measured. The score of a predictions report is called `score`. */
  scores: Record<string, number>;
  /** Examples of one group are not independent of each other. */
  group?: string;
  /** Name of a slice to the value that the example has in it. */
  slices: Record<string, string>;
}

/** A column of numbers, NaN where there is none, or of labels and texts, empty where there is none. */
export type Values =
  | { type: 'number'; values: Float64Array; missing: number }
  | { type: 'text'; values: string[]; missing: number };

/** A column of few different names, by their numbers; -1 is none. */
export interface Labels {
  names: string[];
  codes: Int32Array;
}

/** The examples of one evaluation, sorted by id. A column is read when it is asked for, and not kept. */
export interface ExampleSet {
  count: number;
  /** SHA-256 of the ids: the same digest, the same examples in the same order. */
  idsDigest: string;
  scoreNames: string[];
  /** Names of the slices. */
  slices: string[];
  hasTarget: boolean;
  hasGroup: boolean;
  /** Sorted by code units; each once. */
  ids(): Promise<string[]>;
  prediction(): Promise<Values>;
  target(): Promise<Values | undefined>;
  /** The score `score` without a name. */
  score(name?: string): Promise<Float64Array | undefined>;
  group(): Promise<Labels | undefined>;
  slice(name: string): Promise<Labels | undefined>;
}

/** The name of the score of a predictions report. */
export const SCORE = 'score';
