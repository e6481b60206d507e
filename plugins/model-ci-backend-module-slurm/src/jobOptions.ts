import { z } from 'zod';

/** Slurm's own words for what a job may ask for; quoted wherever they go. */
const word = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\p{Cc}]+$/u, 'must be one line');

/** As `sbatch --time` takes it. */
const time = z.union([
  z.number().int().positive(),
  z
    .string()
    .regex(
      /^(?:\d+(?::\d{2}){0,2}|\d+-\d{1,2}(?::\d{2}){0,2})$/,
      "must be minutes, or like '1:30:00' or '2-12:00:00'",
    ),
]);

/** What app-config, and a stage under `slurm`, may say of a job. */
export const jobOptionsSchema = z.strictObject({
  account: word.optional(),
  qos: word.optional(),
  constraint: word.optional(),
  /** Default: the stage's timeout. */
  time: time.optional(),
});

export type JobOptions = z.infer<typeof jobOptionsSchema>;
