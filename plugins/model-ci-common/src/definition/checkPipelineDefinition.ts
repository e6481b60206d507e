import { type InstalledExecutors, checkExecutors } from './executors';
import { normalizeDefinition } from './normalize';
import {
  type DefinitionProblem,
  MAX_ERRORS,
  type Problem,
  formatPath,
} from './problems';
import { checkEnvironments, checkRules } from './rules';
import { checkShape } from './shape';
import type { PipelineDefinition } from './types';

/** Checks a definition that was parsed already, such as the one in a catalog entity. */
export function checkPipelineDefinition(
  value: unknown,
  options?: Parameters<typeof checkDocument>[1],
): { definition: PipelineDefinition } | { problems: DefinitionProblem[] } {
  const result = checkDocument(value, options);
  if ('definition' in result) {
    return result;
  }
  return {
    problems: result.problems.slice(0, MAX_ERRORS).map(({ path, reason }) => ({
      path: formatPath(path),
      message: reason.text,
      reason,
    })),
  };
}

export function checkDocument(
  value: unknown,
  options: {
    environments?: readonly string[];
    /** Without it, nothing is said of executors and what is written for them. */
    executors?: InstalledExecutors;
  } = {},
): { definition: PipelineDefinition } | { problems: Problem[] } {
  const {
    file,
    options: written,
    servingOptions,
    problems,
  } = checkShape(value, options.executors);
  const all = [
    ...problems,
    ...checkRules(value),
    ...(options.environments
      ? checkEnvironments(value, options.environments)
      : []),
    ...(options.executors ? checkExecutors(value, options.executors) : []),
  ];
  return file && all.length === 0
    ? { definition: normalizeDefinition(file, written, servingOptions) }
    : { problems: all.slice(0, 10 * MAX_ERRORS) };
}
