import { reasonSchema } from '@model-ci/backstage-plugin-model-ci-common';
import { z } from 'zod';

/** What a handle says of a build: enough to go on with it in another process. */
export const buildSchema = z.object({
  pipelineRef: z.string(),
  context: z.string(),
  dockerfile: z.string(),
  args: z.record(z.string(), z.string()),
  tag: z.string().optional(),
  cpus: z.number().optional(),
  memoryBytes: z.number().optional(),
});

export type Build = z.infer<typeof buildSchema>;

/** How a build ended, as it is noted on the engine. */
export const resultSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('image'),
    id: z.string().regex(/^sha256:[0-9a-f]{64}$/),
    reference: z.string().optional(),
  }),
  z.object({ type: z.literal('failed'), reason: reasonSchema }),
  /** The engine or a registry is to blame. */
  z.object({ type: z.literal('errored'), reason: reasonSchema }),
]);

export type BuildResult = z.infer<typeof resultSchema>;
