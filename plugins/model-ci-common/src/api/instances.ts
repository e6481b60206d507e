import { z } from 'zod';
import type { ParameterValue } from '../definition/instances';

/** What an instance of a stage is, and what it measured. */
export interface InstanceFacts {
  /** Tells it apart from the others of its stage, such as `learning_rate=0.1,depth=2`. */
  key: string;
  /** A point of the stage's `matrix`. */
  parameters: Record<string, ParameterValue>;
  /** Name of an entry of the stage's `on`. */
  environment?: string;
  /** Which repetition in its environment it is, from 1; absent where there is one. */
  repeat?: number;
  /** What it reported, in the order of its reports; at most 100. */
  metrics: InstanceMetric[];
  /** Whether it goes on; absent where none was to be selected, or not yet. */
  selected?: boolean;
}

export interface InstanceMetric {
  metric: string;
  dataset?: string;
  value: number;
  unit?: string;
  higherIsBetter?: boolean;
}

/** What a stage reported of a whole data set; it has no value where that was not measured. */
export interface StageMetric extends Omit<InstanceMetric, 'value'> {
  value?: number;
  stderr?: number;
  n?: number;
}

export const parametersSchema = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean()]),
);

/** Which instance of a stage was selected, and by what. */
const selectionSchema = z.object({
  key: z.string(),
  parameters: parametersSchema,
  metric: z.string(),
  dataset: z.string().optional(),
  goal: z.enum(['minimize', 'maximize']),
  value: z.number(),
  /** How many instances had a value of the metric. */
  considered: z.number(),
});
export type Selection = z.infer<typeof selectionSchema>;

const figure = z.number().optional();

/** How far the predictions of two executions lie apart; what does not apply to labels and texts is absent. */
const parityFiguresSchema = z.object({
  /** Examples that both predicted. */
  compared: z.number(),
  /** Examples for which one side alone has a number: a difference that no figure can express. */
  unmatched: z.number(),
  /** Σ (y_A − y_B)². */
  d: figure,
  /** d / n. */
  mean: figure,
  /** Largest |y_A − y_B|. */
  max: figure,
  /** |y_A − y_B| that 99 % of the predictions stay below. */
  p99: figure,
  /** Share of the predictions that differ at all. */
  changed: figure,
});
export type ParityFigures = z.infer<typeof parityFiguresSchema>;

const predictionSchema = z.union([z.number(), z.string(), z.null()]);

/** Environments compared with each other, beside the noise floor of each. */
export const parityResultSchema = z.object({
  reference: z.string(),
  /** In the order of the definition. */
  environments: z.array(
    z.object({
      name: z.string(),
      /** Largest difference between its repetitions; absent where there is one. */
      floor: parityFiguresSchema.optional(),
    }),
  ),
  /** Each two environments once. */
  pairs: z.array(
    z.object({ a: z.string(), b: z.string(), figures: parityFiguresSchema }),
  ),
  /** The examples that differ most from the reference, by environment. */
  differing: z.array(
    z.object({
      environment: z.string(),
      id: z.string(),
      /** What the report of the reference said of the example. */
      text: z.string().optional(),
      /** Null: no number. */
      reference: predictionSchema,
      prediction: predictionSchema,
      /** Absent for labels and texts, and where one is no number. */
      difference: figure,
    }),
  ),
});
export type ParityResult = z.infer<typeof parityResultSchema>;

/** How the environments of a stage of a pipeline compare, now and before. */
export interface PipelineParity {
  /** Stages that were compared in the latest runs. */
  stages: string[];
  /** Absent where nothing was compared yet. */
  latest?: {
    stage: string;
    runId: string;
    runNumber: number;
    /** The version that the run registered. */
    version?: number;
    at: string;
    result: ParityResult;
  };
  /** How far each environment lay from the reference, oldest first. */
  history: Array<{
    environment: string;
    metric: string;
    points: Array<{
      runId: string;
      runNumber: number;
      version?: number;
      at: string;
      value: number;
    }>;
  }>;
}

/** What was found out once all instances of a stage had ended. */
export const stageConclusionSchema = z.object({
  selection: selectionSchema.optional(),
  parity: parityResultSchema.optional(),
});
export type StageConclusion = z.infer<typeof stageConclusionSchema>;
