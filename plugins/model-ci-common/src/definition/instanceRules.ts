import { reason } from '../reasons';
import {
  instancesOf,
  isParityMetric,
  parameterVariable,
  PARITY_FIGURES,
  parityMetric,
} from './instances';
import { MAX_INSTANCES } from './keys/instances';
import { type Problem, entriesOf, valueOf } from './problems';
import { withSuggestion } from './suggest';

/** What a gate on parity cannot have. */
const LIMITS_ONLY = [
  'dataset',
  'confidence',
  'baseline',
  'margin',
  'slices',
] as const;
/** Reports that have metrics. */
const METRIC_REPORTS = ['metrics', 'lm-eval'];
/** Longer keys fit in no folder's name. */
const MAX_KEY = 200;

type Value = string | number | boolean;

/** Checks what is executed several times: that it can be told apart, and that it is not too much for a run. */
export function checkInstances(stages: Array<[string, unknown]>): Problem[] {
  const problems = stages.flatMap(([name, stage]) => [
    ...checkMatrix(name, stage),
    ...checkSelect(name, stage),
    ...checkOn(name, stage),
    ...checkParity(name, stage),
  ]);
  let count = 0;
  for (const [name, stage] of stages) {
    count += countInstances(stage);
    if (count > MAX_INSTANCES) {
      const why = reason('definition.tooManyInstances', {
        instances: count,
        max: MAX_INSTANCES,
      });
      return [
        ...problems,
        {
          path: ['stages', name, instanceKey(stage)],
          atKey: true,
          reason: why,
        },
      ];
    }
  }
  return problems;
}

/** What makes a stage have instances. */
function instanceKey(stage: unknown): 'matrix' | 'on' {
  return valueOf(stage, 'on') === undefined ? 'matrix' : 'on';
}

function countInstances(stage: unknown): number {
  const matrix = valueOf(stage, 'matrix');
  const repeat = valueOf(stage, 'repeat');
  if (instanceKey(stage) === 'on') {
    const environments = entriesOf(valueOf(stage, 'on')).length;
    return environments * (typeof repeat === 'number' ? repeat : 1);
  }
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

function checkOn(name: string, stage: unknown): Problem[] {
  const has = (key: string) => valueOf(stage, key) !== undefined;
  const alone = ['repeat', 'parity'].filter(key => has(key) && !has('on'));
  return [
    ...(has('on') && has('matrix')
      ? [
          {
            path: ['stages', name, 'on'],
            atKey: true,
            reason: reason('definition.onWithMatrix'),
          },
        ]
      : []),
    ...alone.map(key => ({
      path: ['stages', name, key],
      atKey: true,
      reason: reason('definition.withoutOn'),
    })),
  ];
}

function checkParity(name: string, stage: unknown): Problem[] {
  const path = ['stages', name, 'parity'];
  const parity = valueOf(stage, 'parity');
  const problems = checkParityGates(name, stage);
  if (parity === undefined || valueOf(stage, 'on') === undefined) {
    return problems;
  }
  const environments = entriesOf(valueOf(stage, 'on')).map(([key]) => key);
  const reference = valueOf(parity, 'reference');
  if (typeof reference === 'string' && !environments.includes(reference)) {
    problems.push({
      path: [...path, 'reference'],
      reason: withSuggestion(
        reason('definition.noReference', { name: reference.slice(0, 100) }),
        reference,
        environments,
      ),
    });
  }
  if (environments.length < 2) {
    const why = reason('definition.oneEnvironment');
    problems.push({ path, atKey: true, reason: why });
  }
  if (valueOf(valueOf(stage, 'reports'), 'predictions') === undefined) {
    const why = reason('definition.parityWithoutPredictions');
    problems.push({ path, atKey: true, reason: why });
  }
  return problems;
}

/** They judge numbers that are compared with limits, and nothing else. */
function checkParityGates(name: string, stage: unknown): Problem[] {
  const gates = valueOf(stage, 'gates');
  return (Array.isArray(gates) ? gates : []).flatMap((gate: unknown, index) => {
    const path = ['stages', name, 'gates', index];
    const metric = valueOf(gate, 'metric');
    if (typeof metric !== 'string' || !isParityMetric(metric)) {
      return [];
    }
    const known: string[] = PARITY_FIGURES.map(parityMetric);
    if (!known.includes(metric)) {
      const why = withSuggestion(
        reason('definition.noParityFigure', { metric: metric.slice(0, 100) }),
        metric,
        known,
      );
      return [{ path: [...path, 'metric'], reason: why }];
    }
    if (valueOf(stage, 'parity') === undefined) {
      const why = reason('definition.gateWithoutParity');
      return [{ path: [...path, 'metric'], reason: why }];
    }
    return LIMITS_ONLY.filter(key => valueOf(gate, key) !== undefined).map(
      key => ({
        path: [...path, key],
        atKey: true,
        reason: reason('definition.parityLimitsOnly', { metric }),
      }),
    );
  });
}

function checkSelect(name: string, stage: unknown): Problem[] {
  const path = ['stages', name, 'select'];
  if (valueOf(stage, 'select') === undefined) {
    return [];
  }
  const found = [
    ...(valueOf(stage, 'matrix') === undefined
      ? [reason('definition.selectWithoutMatrix')]
      : []),
    ...(METRIC_REPORTS.some(
      kind => valueOf(valueOf(stage, 'reports'), kind) !== undefined,
    )
      ? []
      : [reason('definition.selectWithoutMetric')]),
  ];
  return found.map(why => ({ path, atKey: true, reason: why }));
}

function checkVariable(
  path: Problem['path'],
  of: { variable: string; other: string | undefined; env: unknown },
): Problem[] {
  const { variable, other, env } = of;
  const found = [
    ...(other === undefined
      ? []
      : [reason('definition.sameVariable', { variable, other })]),
    ...(valueOf(env, variable) === undefined
      ? []
      : [reason('definition.variableInEnv', { variable })]),
  ];
  return found.map(why => ({ path, atKey: true, reason: why }));
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
            reason: reason('definition.namedTwice', {
              name: text.slice(0, 100),
            }),
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
          reason: reason('definition.longInstance', {
            key: long.key.slice(0, 50),
            max: MAX_KEY,
          }),
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
