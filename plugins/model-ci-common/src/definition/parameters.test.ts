import { fillParameters, type ParameterValues } from './parameters';
import { definitionOf, reported } from './testing/reported';

const withParameters = (parameters: string, more = '') =>
  `version: 1\nparameters:\n  ${parameters}\n${more}stages:\n  train: { run: x }\n`;

const all = definitionOf(
  withParameters(
    [
      'epochs: { type: integer, default: 10, min: 1, max: 100 }',
      'rate: { type: number, min: 0 }',
      'note: { type: string, default: "", maxLength: 5 }',
      'fast: { type: boolean, default: false }',
      'size: { type: enum, values: [small, large], default: small }',
    ].join('\n  '),
  ),
).parameters;

const problemsOf = (given: ParameterValues) => {
  const filled = fillParameters(all, given);
  return 'problems' in filled
    ? filled.problems.map(({ name, reason }) => `${name} ${reason.text}`)
    : [];
};

describe('parameters that are given', () => {
  it('are completed by their defaults', () => {
    expect(fillParameters(all, { rate: 0.5, size: 'large' })).toEqual({
      values: {
        epochs: 10,
        rate: 0.5,
        note: '',
        fast: false,
        size: 'large',
      },
    });
  });

  it.each<[string, ParameterValues, string]>([
    [
      'without a default is missing',
      {},
      'rate has no default; give it a value',
    ],
    ['is too small', { epochs: 0 }, 'epochs must be at least 1'],
    ['is too large', { epochs: 101 }, 'epochs must be at most 100'],
    ['is no whole number', { epochs: 1.5 }, 'epochs must be a whole number'],
    ['is too large to be exact', { epochs: 2 ** 53 }, 'epochs must be a whole'],
    ['is a text in place of a number', { rate: '1' }, 'rate must be a number'],
    ['is no number', { rate: NaN }, 'rate must be a number'],
    ['is without end', { rate: Infinity }, 'rate must be a number'],
    ['is too long', { note: '123456' }, 'note has more than 5 characters'],
    ['is a number in place of a text', { note: 1 }, 'note must be text'],
    ['has a line break', { note: 'a\nb' }, 'note contains a control character'],
    [
      'is neither true nor false',
      { fast: 'yes' },
      'fast must be true or false',
    ],
    ['is no choice', { size: 'huge' }, 'size must be one of: small, large'],
    [
      'has a misspelt name',
      { epoch: 3 },
      "epoch is no parameter of this pipeline; did you mean 'epochs'?",
    ],
    [
      'has the name of what every object has',
      { toString: 'x' },
      'toString is no parameter of this pipeline',
    ],
  ])('are refused where one %s', (_, given, expected) => {
    expect(problemsOf(given)).toContainEqual(expect.stringContaining(expected));
  });

  it('are refused by a pipeline that has none', () => {
    expect(fillParameters(undefined, { epochs: 1 })).toEqual({
      problems: [
        {
          name: 'epochs',
          reason: expect.objectContaining({ code: 'parameter.noneAtAll' }),
        },
      ],
    });
  });
});

describe('the parameters of a definition', () => {
  it.each([
    ['a: { type: text }', '3:14 parameters.a.type: must be one of: string'],
    ['a: {}', 'parameters.a.type: is required'],
    [
      'a: { type: integer, default: ten }',
      '3:32 parameters.a.default: must be a whole number',
    ],
    [
      'a: { type: integer, default: 5, max: 4 }',
      'parameters.a.default: must be at most 4',
    ],
    [
      'a: { type: integer, min: 0.5 }',
      'parameters.a.min: must be a whole number',
    ],
    [
      'a: { type: number, min: 2, max: 1 }',
      'parameters.a.max: must be at least 2',
    ],
    ['a: { type: number, min: .inf }', 'parameters.a.min: must be a number'],
    [
      'a: { type: string, min: 2 }',
      '3:22 parameters.a.min: does not apply to parameters of type string',
    ],
    [
      'a: { type: string, default: abc, maxLength: 2 }',
      'parameters.a.default: has more than 2 characters',
    ],
    [
      'a: { type: string, maxLength: 100000 }',
      'parameters.a.maxLength: must be at most 1000',
    ],
    ['a: { type: enum }', 'parameters.a.values: is required'],
    [
      'a: { type: enum, values: [x, x] }',
      "parameters.a.values[1]: 'x' is named twice",
    ],
    ['a: { type: enum, values: [1] }', 'parameters.a.values[0]: must be text'],
    [
      'a: { type: enum, values: [x], default: y }',
      'parameters.a.default: must be one of: x',
    ],
    [
      'a: { type: boolean, default: "true" }',
      'parameters.a.default: must be true or false',
    ],
    [
      'a: { type: string, pattern: "(a+)+" }',
      'parameters.a.pattern: unknown key',
    ],
    ['A: { type: string }', 'a name has lowercase letters'],
    [
      'a-b: { type: string }\n  a_b: { type: string }',
      "parameters.a_b: has the same variable PARAM_A_B as 'a-b'",
    ],
  ])('%s is refused', (parameters, expected) => {
    expect(reported(withParameters(parameters))).toEqual([
      expect.stringContaining(expected),
    ]);
  });

  it('need a default where a push starts runs', () => {
    const push = 'triggers: { push: { branches: [main] } }\n';
    expect(reported(withParameters('a: { type: string }', push))).toEqual([
      '3:3 parameters.a: has no default, and nobody gives it a value where triggers.push starts a run; add default, or remove triggers.push',
    ]);
    expect(
      reported(withParameters('a: { type: string, default: x }', push)),
    ).toEqual([]);
  });

  it.each([
    [
      'defaults: { env: { PARAM_A: x } }',
      'train: { run: x }',
      'defaults.env.PARAM_A',
    ],
    ['', 'train: { run: x, env: { PARAM_A: x } }', 'stages.train.env.PARAM_A'],
    [
      '',
      'train: { run: x, on: { here: { env: { PARAM_A: x } } } }',
      'stages.train.on.here.env.PARAM_A',
    ],
    ['', 'train: { run: x, matrix: { a: [1] } }', 'stages.train.matrix.a'],
  ])('meet no other variable: %s %s', (top, stage, path) => {
    expect(
      reported(
        `version: 1\nparameters: { a: { type: string } }\n${top}\nstages:\n  ${stage}\n`,
      ),
    ).toEqual([
      expect.stringMatching(
        `${path.replaceAll(
          '.',
          '\\.',
        )}: sets PARAM_A, which holds parameters.a already`,
      ),
    ]);
  });
});
