import type {
  BuiltImage,
  RanImage,
} from '@model-ci/backstage-plugin-model-ci-common';
import { z } from 'zod';

const imageSchema: z.ZodType<RanImage> = z.object({
  id: z.string(),
  reference: z.string().optional(),
});

/** What an attempt ran in, as its row keeps it. */
export function parseStoredImage(stored: string | null): RanImage | undefined {
  return stored === null ? undefined : imageSchema.parse(JSON.parse(stored));
}

const builtSchema: z.ZodType<BuiltImage> = z.object({
  id: z.string(),
  reference: z.string().optional(),
  executor: z.string(),
  node: z.string().optional(),
});

/** The image that an attempt has built, as rows keep it. */
export function parseBuiltImage(stored: string | null): BuiltImage | undefined {
  return stored === null ? undefined : builtSchema.parse(JSON.parse(stored));
}

/** What an executor is asked to run: never a tag, which may point at another image by then. */
export function nameOfBuiltImage({ id, reference }: BuiltImage): string {
  return reference ?? id;
}
