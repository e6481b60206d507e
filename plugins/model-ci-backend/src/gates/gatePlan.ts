import {
  gateDemandSchema,
  planLooseningSchema,
  reasonSchema,
  type GatePlan,
  type StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import { z } from 'zod';
import { demandOf, judgedGates } from './demandOf';
import { measuredFor } from './measuredFor';
import type { Measured, PlannedBaseline, FixedGate } from './types';

const executionShape = {
  instance: z.string().optional(),
  environment: z.string().optional(),
};
const measuredSchema = z.object({
  metric: z.string(),
  dataset: z.string().optional(),
  slice: z.string().optional(),
  value: z.number().optional(),
  stderr: z.number().optional(),
  n: z.number().optional(),
  higherIsBetter: z.boolean().optional(),
  ...executionShape,
});
const exampleSourceSchema = z.object({
  dataset: z.string().optional(),
  datasetDigest: z.string().optional(),
  task: z.string().optional(),
  taskHash: z.string().optional(),
  digest: z.string(),
  count: z.number(),
  ...executionShape,
});
const inputsSchema = z.object({
  source: z.string(),
  execution: z.string(),
  image: z.string().optional(),
  given: z.array(z.string()),
  made: z.array(z.string()),
});
const loosenedSchema = z.object({ from: gateDemandSchema, since: z.number() });
const gateSchema = z.object({
  baseline: z
    .object({
      name: z.string(),
      version: z.number().optional(),
      runId: z.string().optional(),
      isFirst: z.literal(true).optional(),
      missing: reasonSchema.optional(),
      values: z.array(measuredSchema),
      examples: z.array(exampleSourceSchema),
      /** Plans from before this was compared have none. */
      inputs: inputsSchema.optional(),
    })
    .optional(),
  loosened: loosenedSchema.optional(),
  planned: z.number().optional(),
}) satisfies z.ZodType<FixedGate>;

const planSchema = z.object({
  /** In the order of the stage's gates. */
  gates: z.array(gateSchema),
  /** How many instances the stage chooses one of, if it does. */
  instances: z.int().positive().optional(),
  removed: z.array(
    z.object({
      stage: z.string().optional(),
      metric: z.string(),
      dataset: z.string().optional(),
      slices: z.string().optional(),
      demand: gateDemandSchema,
      since: z.number(),
    }),
  ),
  /** Versions whose definition cannot be read any more, so that nobody knows what they had to pass. */
  unreadable: z.array(z.number()).optional(),
  /** Plans from before this was looked at have none. */
  loosened: z.array(planLooseningSchema).default([]),
});

/** What was fixed for the gates of a stage when its run started. */
export type StoredGatePlan = z.output<typeof planSchema>;

/** What a row keeps; whatever else a reference carries is left out. */
export function formatGatePlan(plan: StoredGatePlan): string {
  return JSON.stringify(planSchema.parse(plan));
}

export function parseGatePlan(
  stored: string | null | undefined,
): StoredGatePlan | undefined {
  return stored ? planSchema.parse(JSON.parse(stored)) : undefined;
}

/** As people see it before anything is judged. */
export function showGatePlan(
  stage: StageDefinition,
  plan: StoredGatePlan,
): GatePlan {
  const { gates, inconclusive } = stage;
  const judged = judgedGates(stage);
  return {
    gates: gates.map(gate => {
      const { baseline, ...fixed } = plan.gates[judged.indexOf(gate)] ?? {};
      const known = measuredFor(gate, baseline?.values ?? []);
      return {
        metric: gate.metric,
        dataset: gate.dataset,
        slices: gate.slices,
        demand: demandOf(gate),
        ...fixed,
        ...(baseline && {
          baseline: {
            name: baseline.name,
            version: baseline.version,
            runId: baseline.runId,
            missing: baseline.missing,
            value: gate.slices === undefined ? known[0]?.value : undefined,
          },
          examples: examplesFor(gate, baseline, known),
        }),
      };
    }),
    removed: plan.removed,
    unreadable: plan.unreadable,
    loosened: plan.loosened,
    inconclusive: inconclusive ?? 'fail',
  };
}

/** Of slices, those of the smallest one: each is judged by its own. */
function examplesFor(
  { slices, dataset: wanted }: StageDefinition['gates'][number],
  { examples }: PlannedBaseline,
  known: Measured[],
): number | undefined {
  if (slices !== undefined) {
    const counts = known.flatMap(({ n }) => n ?? []);
    return counts.length > 0 ? Math.min(...counts) : undefined;
  }
  return examples.find(
    ({ dataset }) => wanted === undefined || dataset === wanted,
  )?.count;
}
