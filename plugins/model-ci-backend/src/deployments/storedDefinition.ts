import { z } from 'zod';

const servingSchema = z.object({
  run: z.string(),
  port: z.number().int(),
  health: z.string().startsWith('/'),
  image: z.string().optional(),
  env: z.record(z.string(), z.string()),
  startupSeconds: z.number().positive(),
  resources: z.object({
    cpus: z.number().optional(),
    memoryBytes: z.number().optional(),
    gpus: z.number().optional(),
  }),
  // Definitions of before had none.
  timeouts: z
    .object({
      firstByteSeconds: z.number().positive().optional(),
      silenceSeconds: z.number().positive().optional(),
    })
    .default({}),
});

const definitionSchema = z.object({
  serving: servingSchema.optional(),
  deploy: z.object({
    path: z.array(z.string()),
    automatic: z.array(z.string()),
  }),
});

/** What a deployment needs of the definition that a run stored. */
export type DeployableDefinition = z.infer<typeof definitionSchema>;

/** Reads the definition that is stored with a run. */
export function parseStoredDefinition(text: string): DeployableDefinition {
  return definitionSchema.parse(JSON.parse(text));
}
