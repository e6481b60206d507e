import { z } from 'zod';
import type { Reason } from '@model-ci/backstage-plugin-model-ci-common';

/**
 * Which files of an upload the attempt wrote itself, by the times that they had: `some` of them where `listed` are (or
 * are not) those; without a list it is not known which.
 */
export const writtenFilesSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('all') }),
  z.object({ type: z.literal('none') }),
  z.object({
    type: z.literal('some'),
    listed: z.enum(['written', 'given']).optional(),
    names: z.array(z.string()),
  }),
]);

export type WrittenFiles = z.infer<typeof writtenFilesSchema>;

/** What came of an upload. */
export type Upload =
  | { type: 'stored'; digest: string; size: number; written: WrittenFiles }
  /** The stage is to blame. */
  | { type: 'refused'; reason: Reason };
