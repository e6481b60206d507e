import { instancesOf, parameterVariable } from './instances';
import { MAX_INSTANCES } from './keys/instances';
import { type Problem, entriesOf, valueOf } from './problems';

/** Longer keys fit in no folder's name. */
const MAX_KEY = 200;

type Value = string | number | boolean;

/** Checks what is executed several times: that it can be told apart, and that it is not too much for a run. */
export function checkInstances(stages: Array<[string, unknown]>): Problem[] {
  const problems = stages.flatMap(([name, stage]) => checkMatrix(name, stage));
  let count = 0;
  for (const [name, stage] of stages) {
    count += countInstances(stage);
    if (count > MAX_INSTANCES) {
      const message = `makes ${count} instances in all; a run may have ${MAX_INSTANCES}, so leave out values`;
      return [
        ...problems,
        { path: ['stages', name, 'matrix'], atKey: true, message },
      ];
    }
  }
  return problems;
}

function countInstances(stage: unknown): number {
  const matrix = valueOf(stage, 'matrix');
  return matrix === undefined
    ? 0
    : entriesOf(matrix).reduce(
        (product, [, values]) =>
          product * (Array.isArray(values) ? values.length : 1),
        1,
      );
}

function checkMatrix(name: string, stage: unknown): Problem[] {
  const path = ['stages', name, 'matrix'];
  const entries = entriesOf(valueOf(stage, 'matrix'));
  const env = valueOf(stage, 'env');
  const variables = new Map<string, string>();
  const problems = entries.flatMap(([parameter, values]): Problem[] => {
    const variable = parameterVariable(parameter);
    const other = variables.get(variable);
    variables.set(variable, other ?? parameter);
    return [
      ...checkVariable([...path, parameter], { variable, other, env }),
      ...checkValues([...path, parameter], values),
    ];
  });
  return problems.length > 0 ? problems : checkKeys(path, stage);
}

function checkVariable(
  path: Problem['path'],
  of: { variable: string; other: string | undefined; env: unknown },
): Problem[] {
  const { variable, other, env } = of;
  const messages = [
    ...(other === undefined
      ? []
      : [
          `has the same variable ${variable} as '${other}'; rename one of them`,
        ]),
    ...(valueOf(env, variable) === undefined
      ? []
      : [`sets ${variable}, which env sets as well; remove it there`]),
  ];
  return messages.map(message => ({ path, atKey: true, message }));
}

/** `1` and `'1'` are the same to a command. */
function checkValues(path: Problem['path'], values: unknown): Problem[] {
  const seen = new Set<string>();
  return (Array.isArray(values) ? values : []).flatMap((value, index) => {
    const text = String(value);
    const isRepeated = isValue(value) && seen.has(text);
    seen.add(text);
    return isRepeated
      ? [
          {
            path: [...path, index],
            message: `${text.slice(0, 100)} is named twice`,
          },
        ]
      : [];
  });
}

function checkKeys(path: Problem['path'], stage: unknown): Problem[] {
  const matrix = readMatrix(stage);
  if (!matrix || countInstances(stage) > MAX_INSTANCES) {
    return [];
  }
  const long = instancesOf({ matrix }).find(({ key }) => key.length > MAX_KEY);
  return long
    ? [
        {
          path,
          atKey: true,
          message: `'${long.key.slice(
            0,
            50,
          )}…' is too long to tell an instance apart: names and values of one have at most ${MAX_KEY} characters together`,
        },
      ]
    : [];
}

/** Undefined unless it has the right shape. */
function readMatrix(stage: unknown): Record<string, Value[]> | undefined {
  const entries = entriesOf(valueOf(stage, 'matrix'));
  const lists = entries.flatMap(([name, values]) =>
    Array.isArray(values) && values.every(isValue)
      ? [[name, values.filter(isValue)] as const]
      : [],
  );
  return entries.length > 0 && lists.length === entries.length
    ? Object.fromEntries(lists)
    : undefined;
}

function isValue(value: unknown): value is Value {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
