import type { JsonObject } from '@backstage/types';
import { z } from 'zod';
import { pipelineFileSchema } from './schema';

/** Where options of executors may stand; an editor knows none of them. */
const HOLDERS_OF_OPTIONS = [
  'properties.stages.additionalProperties',
  'properties.defaults',
];

/** JSON Schema (draft 7) of `model-pipeline.yaml`, for editors. */
export const pipelineDefinitionJsonSchema: JsonObject = JSON.parse(
  JSON.stringify(
    z.toJSONSchema(pipelineFileSchema, {
      target: 'draft-7',
      io: 'input',
      override({ jsonSchema, path }) {
        if (HOLDERS_OF_OPTIONS.includes(path.join('.'))) {
          jsonSchema.additionalProperties = {
            type: 'object',
            description: 'Options of the executor that has this name.',
          };
        }
      },
    }),
  ),
);
