import { z } from 'zod';

/** The keys of a stage that are about gates, as runs keep them. */
export const storedGateKeys = {
  gates: z
    .array(
      z.object({
        metric: z.string(),
        dataset: z.string().optional(),
        min: z.number().optional(),
        max: z.number().optional(),
        /** Absent where the value itself is judged. */
        confidence: z.number().optional(),
        /** An alias, an environment, the number of a version, or `previous`. */
        baseline: z.string().optional(),
        margin: z.number().optional(),
        /** Name of the slice of which each value is judged. */
        slices: z.string().optional(),
      }),
    )
    .default([]),
  /** What becomes of the stage if a gate is inconclusive; it fails if absent. */
  inconclusive: z.enum(['ask', 'fail', 'pass']).optional(),
  /** Seconds that the stage may wait for a person; without limit if absent. */
  decisionTimeoutSeconds: z.number().optional(),
};
