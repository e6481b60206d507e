import { reason } from '../reasons';
import { parameterVariable, type ParameterValue } from './instances';
import { findValueProblem, unknownParameter } from './parameters';
import { MAX_PARAMETER_TEXT } from './keys/parameters';
import {
  PARAMETER_TYPES,
  type ParameterDefinition,
  storedParameterSchema,
} from './keys/storedParameters';
import {
  type Problem,
  entriesOf,
  isMapping,
  textsOf,
  valueOf,
} from './problems';

/** What triggers never need: each of its entries gives values of its own. */
const GIVES_VALUES = 'schedule';

const TYPES_OF_KEYS: Record<string, Array<ParameterDefinition['type']>> = {
  min: ['integer', 'number'],
  max: ['integer', 'number'],
  maxLength: ['string'],
  values: ['enum'],
};

/** Checks that parameters are what their types say, can be given by whatever starts runs, and meet no other variable. */
export function checkParameters(
  document: unknown,
  stages: Array<[string, unknown]>,
): Problem[] {
  const entries = entriesOf(valueOf(document, 'parameters'));
  return [
    ...entries.flatMap(([name, parameter]) => checkParameter(name, parameter)),
    ...checkTriggers(document, entries),
    ...checkSchedules(document, entries),
    ...checkVariables(document, entries, stages),
  ];
}

function checkParameter(name: string, parameter: unknown): Problem[] {
  const path = ['parameters', name];
  const type = PARAMETER_TYPES.find(its => its === valueOf(parameter, 'type'));
  if (type === undefined) {
    return [];
  }
  const foreign = Object.entries(TYPES_OF_KEYS)
    .filter(
      ([key, types]) =>
        valueOf(parameter, key) !== undefined && !types.includes(type),
    )
    .map(([key]) => ({
      path: [...path, key],
      atKey: true,
      reason: reason('parameter.notOfType', { type }),
    }));
  return [...foreign, ...checkLimits(path, type, parameter)];
}

function checkLimits(
  path: Problem['path'],
  type: ParameterDefinition['type'],
  parameter: unknown,
): Problem[] {
  const min = valueOf(parameter, 'min');
  const max = valueOf(parameter, 'max');
  if (type === 'enum' && valueOf(parameter, 'values') === undefined) {
    const why = reason('definition.required');
    return [{ path: [...path, 'values'], reason: why }];
  }
  const wrong = [
    ...checkChoices([...path, 'values'], valueOf(parameter, 'values')),
    ...[['min', min] as const, ['max', max] as const]
      .filter(
        ([, limit]) =>
          type === 'integer' &&
          typeof limit === 'number' &&
          !Number.isSafeInteger(limit),
      )
      .map(([key]) => ({
        path: [...path, key],
        reason: reason('definition.mustBeWhole'),
      })),
    ...(typeof min === 'number' && typeof max === 'number' && max < min
      ? [
          {
            path: [...path, 'max'],
            reason: reason('definition.atLeast', { min }),
          },
        ]
      : []),
  ];
  return wrong.length > 0 ? wrong : checkDefault(path, parameter);
}

function checkChoices(path: Problem['path'], values: unknown): Problem[] {
  const seen = new Set<string>();
  return textsOf(values).flatMap(({ index, text }) => {
    const isRepeated = seen.has(text);
    seen.add(text);
    const name = text.slice(0, 100);
    return isRepeated
      ? [
          {
            path: [...path, index],
            reason: reason('definition.namedTwice', { name }),
          },
        ]
      : [];
  });
}

function checkDefault(path: Problem['path'], parameter: unknown): Problem[] {
  const value = valueOf(parameter, 'default');
  const definition = readWithoutDefault(parameter);
  const why =
    definition && isValue(value)
      ? findValueProblem(definition, value)
      : undefined;
  return why ? [{ path: [...path, 'default'], reason: why }] : [];
}

/** Undefined unless it has the shape of its type. */
function readWithoutDefault(
  parameter: unknown,
): ParameterDefinition | undefined {
  return isMapping(parameter)
    ? storedParameterSchema.safeParse({
        maxLength: MAX_PARAMETER_TEXT,
        ...parameter,
        default: undefined,
      }).data
    : undefined;
}

function isValue(value: unknown): value is ParameterValue {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** Each schedule gives values of its own, as of the file that it stands in; its runs check them once more. */
function checkSchedules(
  document: unknown,
  parameters: Array<[string, unknown]>,
): Problem[] {
  const schedules = valueOf(valueOf(document, 'triggers'), GIVES_VALUES);
  return entriesOf(schedules).flatMap(([schedule, written]) => {
    const path = ['triggers', GIVES_VALUES, schedule];
    const given = valueOf(written, 'parameters');
    const unknown = entriesOf(given)
      .filter(([name]) => !parameters.some(([own]) => own === name))
      .map(([name]) => ({
        path: [...path, 'parameters', name],
        atKey: true,
        reason: unknownParameter(
          name,
          parameters.map(([own]) => own),
        ),
      }));
    return [
      ...unknown,
      ...parameters.flatMap(([name, parameter]) =>
        checkGiven(path, name, parameter, valueOf(given, name)),
      ),
    ];
  });
}

function checkGiven(
  path: string[],
  name: string,
  parameter: unknown,
  value: unknown,
): Problem[] {
  if (value === undefined) {
    return valueOf(parameter, 'default') === undefined
      ? [{ path, reason: reason('parameter.scheduleGivesNone', { name }) }]
      : [];
  }
  const definition = readWithoutDefault(parameter);
  const why =
    definition && isValue(value)
      ? findValueProblem(definition, value)
      : undefined;
  return why ? [{ path: [...path, 'parameters', name], reason: why }] : [];
}

/** Nobody gives values where a push starts a run. */
function checkTriggers(
  document: unknown,
  entries: Array<[string, unknown]>,
): Problem[] {
  const trigger = entriesOf(valueOf(document, 'triggers'))
    .map(([key]) => key)
    .find(key => key !== GIVES_VALUES);
  return trigger === undefined
    ? []
    : entries
        .filter(([, parameter]) => valueOf(parameter, 'default') === undefined)
        .map(([name]) => ({
          path: ['parameters', name],
          atKey: true,
          reason: reason('parameter.nobodyGives', { trigger }),
        }));
}

function checkVariables(
  document: unknown,
  entries: Array<[string, unknown]>,
  stages: Array<[string, unknown]>,
): Problem[] {
  const names = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [name] of entries) {
    const variable = parameterVariable(name);
    const other = names.get(variable);
    if (other !== undefined) {
      problems.push({
        path: ['parameters', name],
        atKey: true,
        reason: reason('definition.sameVariable', { variable, other }),
      });
    }
    names.set(variable, other ?? name);
  }
  const envs = [
    ['defaults', 'env'],
    ...stages.flatMap(([stage, written]) => [
      ['stages', stage, 'env'],
      ...entriesOf(valueOf(written, 'on')).map(([environment]) => [
        ...['stages', stage, 'on', environment, 'env'],
      ]),
    ]),
  ];
  return [
    ...problems,
    ...envs.flatMap(path => findTaken(document, path, names, key => key)),
    ...stages.flatMap(([stage]) =>
      findTaken(
        document,
        ['stages', stage, 'matrix'],
        names,
        parameterVariable,
      ),
    ),
  ];
}

/** Keys of a mapping whose variable a parameter has already. */
function findTaken(
  document: unknown,
  path: string[],
  names: ReadonlyMap<string, string>,
  variableOf: (key: string) => string,
): Problem[] {
  const keys = entriesOf(path.reduce<unknown>(valueOf, document));
  return keys.flatMap(([key]) => {
    const variable = variableOf(key);
    const name = names.get(variable);
    return name === undefined
      ? []
      : [
          {
            path: [...path, key],
            atKey: true,
            reason: reason('parameter.variable', { variable, name }),
          },
        ];
  });
}
