import type { RanImage } from '@model-ci/backstage-plugin-model-ci-common';
import { z } from 'zod';

const imageSchema: z.ZodType<RanImage> = z.object({
  id: z.string(),
  reference: z.string().optional(),
});

/** What an attempt ran in, as its row keeps it. */
export function parseStoredImage(stored: string | null): RanImage | undefined {
  return stored === null ? undefined : imageSchema.parse(JSON.parse(stored));
}
