import { reason, reasons, type Reason } from '../reasons';
import type { ParameterDefinition } from './keys/storedParameters';
import type { ParameterValue } from './instances';
import { withSuggestion } from './suggest';

/** The parameters of a pipeline by name. */
export type ParameterDefinitions = Record<string, ParameterDefinition>;
export type ParameterValues = Record<string, ParameterValue>;

/** What is wrong with a value that was given, or that is missing. */
export interface ParameterProblem {
  name: string;
  reason: Reason;
}

/** Puts the defaults beside the values that were given; or else all that is wrong with these. */
export function fillParameters(
  definitions: ParameterDefinitions | undefined,
  given: ParameterValues,
): { values: ParameterValues } | { problems: ParameterProblem[] } {
  const names = Object.keys(definitions ?? {});
  const unknown = Object.keys(given).filter(name => !names.includes(name));
  const values: ParameterValues = {};
  const problems = unknown.map(name => ({
    name,
    reason: unknownParameter(name, names),
  }));
  for (const [name, definition] of Object.entries(definitions ?? {})) {
    const value = Object.hasOwn(given, name) ? given[name] : definition.default;
    const why =
      value === undefined
        ? reason('parameter.missing')
        : findValueProblem(definition, value);
    if (why) {
      problems.push({ name, reason: why });
    } else if (value !== undefined) {
      values[name] = value;
    }
  }
  return problems.length > 0 ? { problems } : { values };
}

/** All that is wrong, each with the name of its parameter. */
export function describeParameterProblems(
  problems: ParameterProblem[],
): Reason {
  return reasons(
    problems.map(({ name, reason: problem }) =>
      reason('parameter.refused', { name: name.slice(0, 100), problem }),
    ),
  );
}

export function unknownParameter(name: string, names: string[]): Reason {
  return names.length === 0
    ? reason('parameter.noneAtAll')
    : withSuggestion(reason('parameter.unknown'), name, names);
}

/** Why a parameter cannot have a value; undefined if it can. */
export function findValueProblem(
  definition: ParameterDefinition,
  value: ParameterValue,
): Reason | undefined {
  switch (definition.type) {
    case 'boolean':
      return typeof value === 'boolean'
        ? undefined
        : reason('definition.mustBeBoolean');
    case 'enum':
      return typeof value === 'string' && definition.values.includes(value)
        ? undefined
        : reason('definition.mustBeOneOf', {
            values: definition.values.join(', '),
          });
    case 'string':
      return findTextProblem(definition, value);
    default:
      return findNumberProblem(definition, value);
  }
}

type Of<TType extends ParameterDefinition['type']> = Extract<
  ParameterDefinition,
  { type: TType }
>;

function findTextProblem(
  { maxLength }: Of<'string'>,
  value: ParameterValue,
): Reason | undefined {
  if (typeof value !== 'string') {
    return reason('definition.mustBeText');
  }
  if (value.length > maxLength) {
    return reason('definition.tooManyCharacters', { max: maxLength });
  }
  // An environment variable cannot have NUL, and a line of a page none of the others.
  // eslint-disable-next-line no-control-regex
  return /[\x00-\x1f\x7f]/.test(value)
    ? reason('definition.controlCharacter')
    : undefined;
}

function findNumberProblem(
  {
    type,
    min,
    max,
  }: Extract<ParameterDefinition, { type: 'integer' | 'number' }>,
  value: ParameterValue,
): Reason | undefined {
  if (type === 'integer' && !Number.isSafeInteger(value)) {
    return reason('definition.mustBeWhole');
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    return reason('definition.mustBeNumber');
  }
  if (min !== undefined && value < min) {
    return reason('definition.atLeast', { min });
  }
  return max !== undefined && value > max
    ? reason('definition.atMost', { max })
    : undefined;
}
