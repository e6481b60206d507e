import {
  checkPipelineDefinition,
  type DefinitionError,
  parsePipelineDefinition,
  type PipelineDefinition,
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { FoundDefinition } from './definitionReader';

/** The definition, or all that is wrong with it, each with its place in the file. */
export function parseFoundDefinition(
  found: FoundDefinition,
  options: Parameters<typeof checkPipelineDefinition>[1] = {},
): { definition: PipelineDefinition } | { errors: DefinitionError[] } {
  const { file } = found;
  switch (found.type) {
    case 'text':
      return parsePipelineDefinition(found.text, { ...options, file });
    case 'missing':
      return {
        errors: [
          {
            file,
            line: 1,
            column: 1,
            path: '',
            message: found.reason.text,
            reason: found.reason,
          },
        ],
      };
    default: {
      const { line, column } = found;
      const result = checkPipelineDefinition(found.value, options);
      return 'definition' in result
        ? result
        : {
            errors: result.problems.map(problem => ({
              ...problem,
              file,
              line,
              column,
              path: problem.path
                ? `spec.definition.${problem.path}`
                : 'spec.definition',
            })),
          };
    }
  }
}

/** The first error with its place, and how many more there are. */
export function describeErrors(errors: DefinitionError[]): Reason {
  const first = describeFirst(errors);
  const count = errors.length - 1;
  return count > 0
    ? reason('run.definitionInvalidMore', { first, count })
    : first;
}

function describeFirst([error]: DefinitionError[]): Reason {
  const { file, line, column, path, reason: problem } = error;
  return path === ''
    ? reason('definition.atTop', { file, line, column, problem })
    : reason('definition.at', { file, line, column, path, problem });
}
