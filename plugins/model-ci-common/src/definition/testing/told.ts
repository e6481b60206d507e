import { parsePipelineDefinition } from '../parsePipelineDefinition';
import type { InstalledExecutors } from '../executors';
import type { Mistake, PipelineDefinition } from '../types';

export const FILE = 'model-pipeline.yaml';

export function definitionOf(
  text: string,
  surroundings: Surroundings = {},
): PipelineDefinition {
  const result = parsePipelineDefinition(text, { file: FILE, ...surroundings });
  if ('mistakes' in result) {
    throw new Error(JSON.stringify(result.mistakes, null, 2));
  }
  return result.definition;
}

/** What this portal has. */
interface Surroundings {
  environments?: string[];
  executors?: InstalledExecutors;
}

export function mistakesIn(
  text: string,
  surroundings: Surroundings = {},
): Mistake[] {
  const result = parsePipelineDefinition(text, { file: FILE, ...surroundings });
  return 'mistakes' in result ? result.mistakes : [];
}

/** `line:column path: message` */
export function told(text: string, surroundings?: Surroundings): string[] {
  return mistakesIn(text, surroundings).map(
    ({ line, column, path, message }) =>
      `${line}:${column} ${path}: ${message}`,
  );
}
