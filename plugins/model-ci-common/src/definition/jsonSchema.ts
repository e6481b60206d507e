import type { JsonObject } from '@backstage/types';
import { z } from 'zod';
import { pipelineFileSchema } from './schema';

/** Where options of executors may stand; an editor knows none of them. */
const STAGE = 'properties.stages.additionalProperties';
const HOLDERS_OF_OPTIONS = [STAGE, 'properties.defaults', 'properties.serving'];

/** JSON Schema (draft 7) of `model-pipeline.yaml`, for editors. */
export const pipelineDefinitionJsonSchema: JsonObject = JSON.parse(
  JSON.stringify(
    z.toJSONSchema(pipelineFileSchema, {
      target: 'draft-7',
      io: 'input',
      override({ jsonSchema, path }) {
        if (path.join('.') === STAGE) {
          jsonSchema.oneOf = [
            { required: ['run'] },
            { required: ['imageBuild'] },
          ];
        }
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
