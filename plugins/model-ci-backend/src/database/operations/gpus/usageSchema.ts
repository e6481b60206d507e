import { z } from 'zod';

const column = z.array(z.number().nullable());

/** What `gpu_usages.usage` holds: sums, what is needed to go on with them, and the points of the curves. */
export const usageSchema = z.object({
  model: z.string().optional(),
  driver: z.string().optional(),
  memoryBytes: z.number().optional(),
  /** Milliseconds since 1970, of the first and the last reading. */
  startedAt: z.number(),
  lastAt: z.number(),
  seconds: z.number(),
  idleSeconds: z.number(),
  /** Seconds for which a utilization is known, and the sum of seconds times utilization. */
  ratedSeconds: z.number(),
  busySeconds: z.number(),
  peakMemoryBytes: z.number().optional(),
  energy: z
    .discriminatedUnion('type', [
      /** What the counter said last; `joules` is what it has grown by. */
      z.object({
        type: z.literal('counter'),
        joules: z.number(),
        last: z.number(),
      }),
      z.object({ type: z.literal('estimate'), joules: z.number() }),
    ])
    .optional(),
  last: z.object({
    utilization: z.number().optional(),
    watts: z.number().optional(),
  }),
  /** Seconds that one point stands for. */
  pointSeconds: z.number(),
  points: z.object({
    seconds: z.array(z.number()),
    /** Readings that each point stands for. */
    counts: z.array(z.number()),
    utilization: column,
    memoryBytes: column,
    watts: column,
  }),
});

export type StoredUsage = z.infer<typeof usageSchema>;
