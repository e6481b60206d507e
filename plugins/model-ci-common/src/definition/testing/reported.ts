import { parsePipelineDefinition } from '../parsePipelineDefinition';
import type { InstalledExecutors } from '../executors';
import type { DefinitionError, PipelineDefinition } from '../types';

export const FILE = 'model-pipeline.yaml';

export function definitionOf(
  text: string,
  surroundings: Surroundings = {},
): PipelineDefinition {
  const result = parsePipelineDefinition(text, { file: FILE, ...surroundings });
  if ('errors' in result) {
    throw new Error(JSON.stringify(result.errors, null, 2));
  }
  return result.definition;
}

/** What this portal has. */
interface Surroundings {
  environments?: string[];
  executors?: InstalledExecutors;
}

export function errorsIn(
  text: string,
  surroundings: Surroundings = {},
): DefinitionError[] {
  const result = parsePipelineDefinition(text, { file: FILE, ...surroundings });
  return 'errors' in result ? result.errors : [];
}

/** `line:column path: message` */
export function reported(text: string, surroundings?: Surroundings): string[] {
  return errorsIn(text, surroundings).map(
    ({ line, column, path, message }) =>
      `${line}:${column} ${path}: ${message}`,
  );
}
