import type { JsonObject } from '@backstage/types';
import { z } from 'zod';
import { pipelineFileSchema } from './schema';

/** JSON Schema (draft 7) of `model-pipeline.yaml`, for editors. */
export const pipelineDefinitionJsonSchema: JsonObject = JSON.parse(
  JSON.stringify(
    z.toJSONSchema(pipelineFileSchema, { target: 'draft-7', io: 'input' }),
  ),
);
