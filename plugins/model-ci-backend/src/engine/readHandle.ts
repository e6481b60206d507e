import type { Handle } from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';

const handleSchema = z.record(z.string(), z.json());

/** A stored handle; what it holds is the executor's own. */
export function readHandle(text: string): Handle {
  return handleSchema.parse(JSON.parse(text));
}
