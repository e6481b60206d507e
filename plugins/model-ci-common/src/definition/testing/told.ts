import { parsePipelineDefinition } from '../parsePipelineDefinition';
import type { Mistake, PipelineDefinition } from '../types';

export const FILE = 'model-pipeline.yaml';

export function definitionOf(text: string): PipelineDefinition {
  const result = parsePipelineDefinition(text, { file: FILE });
  if ('mistakes' in result) {
    throw new Error(JSON.stringify(result.mistakes, null, 2));
  }
  return result.definition;
}

export function mistakesIn(text: string, environments?: string[]): Mistake[] {
  const result = parsePipelineDefinition(text, { file: FILE, environments });
  return 'mistakes' in result ? result.mistakes : [];
}

/** `line:column path: message` */
export function told(text: string, environments?: string[]): string[] {
  return mistakesIn(text, environments).map(
    ({ line, column, path, message }) =>
      `${line}:${column} ${path}: ${message}`,
  );
}
