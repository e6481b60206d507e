import { z } from 'zod';
import {
  parametersSchema,
  quoted,
  reasonSchema,
  type DefinitionError,
  type ParameterValues,
  type RunDataset,
} from '@model-ci/backstage-plugin-model-ci-common';

const datasetsSchema: z.ZodType<RunDataset[]> = z.array(
  z.object({
    name: z.string(),
    uri: z.string(),
    digest: z.string(),
    size: z.number(),
  }),
);

const definitionErrorsSchema: z.ZodType<DefinitionError[]> = z.array(
  z
    .object({
      file: z.string(),
      line: z.number(),
      column: z.number(),
      path: z.string(),
      message: z.string(),
      // Earlier versions kept the message alone.
      reason: reasonSchema.optional(),
    })
    .transform(error => ({
      ...error,
      reason: error.reason ?? quoted(error.message),
    })),
);

/** The data sets of a run as its row keeps them; none where it has not come to know them. */
export function parseStoredDatasets(stored: string | null): RunDataset[] {
  return datasetsSchema.parse(JSON.parse(stored ?? '[]'));
}

/** The errors of a run's definition as its row keeps them. */
export function parseStoredDefinitionErrors(
  stored: string | null,
): DefinitionError[] {
  return definitionErrorsSchema.parse(JSON.parse(stored ?? '[]'));
}

/** The parameters of a run as its row keeps them, as JSON says them; none where it has none. */
export function parseStoredParameters(stored: string | null): ParameterValues {
  return parametersSchema.parse(JSON.parse(stored ?? '{}'));
}
