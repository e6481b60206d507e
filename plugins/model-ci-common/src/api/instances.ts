import type { ParameterValue } from '../definition/instances';

/** What an instance of a stage is, and what it measured. */
export interface InstanceFacts {
  /** Tells it apart from the others of its stage, such as `learning_rate=0.1,depth=2`. */
  key: string;
  /** A point of the stage's `matrix`. */
  parameters: Record<string, ParameterValue>;
  /** What it reported, in the order of its reports; at most 100. */
  metrics: InstanceMetric[];
}

export interface InstanceMetric {
  metric: string;
  dataset?: string;
  value: number;
  unit?: string;
  higherIsBetter?: boolean;
}
