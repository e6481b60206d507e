import { parsePipelineDefinition } from './parsePipelineDefinition';
import {
  instanceDefinitions,
  instancesOf,
  parseStageKey,
  stageKey,
} from './instances';
import { reported } from './testing/reported';

function parse(stage: string) {
  const text = `version: 1\nstages:\n  train: { run: x, ${stage} }\n`;
  const result = parsePipelineDefinition(text, {
    file: 'model-pipeline.yaml',
  });
  if (!('definition' in result)) {
    throw new Error(JSON.stringify(result));
  }
  return result.definition.stages.train;
}

const refusal = (stage: string) =>
  reported(`version: 1\nstages:\n  train: { run: x, ${stage} }\n`);

describe('a matrix', () => {
  it('has an instance for each combination, the last parameter changing first', () => {
    const stage = parse(
      'matrix: { learning_rate: [0.1, 1e-7], depth: [2, 4] }',
    );
    expect(instancesOf(stage).map(({ key }) => key)).toEqual([
      'learning_rate=0.1,depth=2',
      'learning_rate=0.1,depth=4',
      'learning_rate=1e-7,depth=2',
      'learning_rate=1e-7,depth=4',
    ]);
    expect(instancesOf(stage)[3].parameters).toEqual({
      learning_rate: 1e-7,
      depth: 4,
    });
  });

  it('gives each instance its parameters as variables', () => {
    const stage = parse(
      'env: { SEED: "1" }, hold: true, matrix: { use-bias: [true], base: [org/bert] }',
    );
    const [[key, instance]] = instanceDefinitions(stage);
    expect(key).toBe('use-bias=true,base=org%2Fbert');
    expect(instance.env).toEqual({
      SEED: '1',
      PARAM_USE_BIAS: 'true',
      PARAM_BASE: 'org/bert',
    });
    // The stage is held, not each instance.
    expect(instance.hold).toBeUndefined();
  });

  it.each(["a'b", 'x]y[z', '..', 'größe', '猫', '50%', '~!*()'])(
    'escapes %j in keys, which are folders and parts of URLs',
    value => {
      const [{ key }] = instancesOf({ matrix: { name: [value] } });
      expect(key).toMatch(/^name=[A-Za-z0-9._+%-]+$/);
      expect(decodeURIComponent(key)).toBe(`name=${value}`);
      expect(parseStageKey(stageKey('train', key))).toEqual({
        stage: 'train',
        instance: key,
      });
    },
  );

  it.each([
    ['matrix: {}', 'needs at least one parameter'],
    ['matrix: { depth: [] }', 'is an empty list'],
    ['matrix: { depth: 2 }', 'must be a list, but is 2'],
    ['matrix: { depth: [[2]] }', 'must be a number, a text, or true or false'],
    ['matrix: { depth: [null] }', 'must be a number, a text, or true or false'],
    ['matrix: { depth: [.nan] }', 'must be a number'],
    ['matrix: { depth: [""] }', 'is empty'],
    ['matrix: { Depth: [2] }', 'a name has lowercase letters'],
    ['matrix: { constructor: [2] }', 'cannot be used as a name'],
    ['matrix: { depth: [2, "2"] }', "'2' is named twice"],
    ['matrix: { a-b: [1], a_b: [1] }', 'has the same variable PARAM_A_B'],
    [
      'matrix: { depth: [2] }, env: { PARAM_DEPTH: "3" }',
      'sets PARAM_DEPTH, which env sets as well',
    ],
    [
      `matrix: { ${['a', 'b', 'c']
        .map(name => `${name}: [${'x'.repeat(90)}]`)
        .join(', ')} }`,
      'is too long to tell an instance apart',
    ],
  ])('is refused as %s', (stage, message) => {
    expect(refusal(stage)).toEqual([expect.stringContaining(message)]);
  });

  it('is refused where the stages of a run have too many instances together', () => {
    const values = Array.from({ length: 16 }, (_, index) => index).join(', ');
    const square = `matrix: { a: [${values}], b: [${values}] }`;
    expect(instancesOf(parse(square))).toHaveLength(256);
    expect(
      reported(
        `version: 1\nstages:\n  a: { run: x, ${square} }\n  b: { run: x, matrix: { c: [1] } }\n`,
      ),
    ).toEqual([
      expect.stringContaining(
        'stages.b.matrix: makes 257 instances in all; a run may have 256',
      ),
    ]);
  });

  it('is refused at once, however many instances it would have', () => {
    const values = Array.from({ length: 200 }, (_, index) => index).join(', ');
    const names = Array.from({ length: 20 }, (_, index) => `p${index}`);
    const matrix = names.map(name => `${name}: [${values}]`).join(', ');
    expect(refusal(`matrix: { ${matrix} }`)).toEqual([
      expect.stringContaining('instances in all'),
    ]);
  });
});

describe('select', () => {
  const MATRIX = 'matrix: { a: [1] }';

  it.each([
    [
      'reports: { metrics: m.json }, select: { metric: m, goal: minimize }',
      'chooses one of several instances; add matrix',
    ],
    [
      `${MATRIX}, select: { metric: m, goal: minimize }`,
      'chooses by a metric that this stage does not report',
    ],
    [
      `${MATRIX}, reports: { metrics: m.json }, select: { metric: m, goal: best }`,
      'must be one of: minimize, maximize',
    ],
    [
      `${MATRIX}, reports: { metrics: m.json }, select: { metric: m, goal: minimize, dataset: cars }`,
      "'cars' is not in datasets",
    ],
  ])('is refused as %s', (stage, message) => {
    expect(refusal(stage)).toEqual([expect.stringContaining(message)]);
  });
});

describe('on', () => {
  const PREDICTIONS = 'reports: { predictions: p.jsonl }';
  const ON = 'on: { site-a: {}, site-b: { executor: docker, image: x } }';

  it('has an instance for each repetition in each environment', () => {
    const stage = parse(
      `executor: process, env: { A: "1", B: "1" }, nodeSelector: { gpu: a }, on: { site-a: {}, site-b: { executor: docker, image: x, env: { B: "2" }, nodeSelector: { site: b } } }, repeat: 2`,
    );
    expect(instancesOf(stage)).toEqual([
      {
        key: 'on=site-a,repeat=1',
        parameters: {},
        environment: 'site-a',
        repeat: 1,
      },
      {
        key: 'on=site-a,repeat=2',
        parameters: {},
        environment: 'site-a',
        repeat: 2,
      },
      {
        key: 'on=site-b,repeat=1',
        parameters: {},
        environment: 'site-b',
        repeat: 1,
      },
      {
        key: 'on=site-b,repeat=2',
        parameters: {},
        environment: 'site-b',
        repeat: 2,
      },
    ]);
    const definitions = instanceDefinitions(stage);
    expect(definitions.get('on=site-a,repeat=1')).toMatchObject({
      executor: 'process',
      env: { A: '1', B: '1' },
      nodeSelector: { gpu: 'a' },
    });
    expect(definitions.get('on=site-b,repeat=2')).toMatchObject({
      executor: 'docker',
      image: 'x',
      env: { A: '1', B: '2' },
      nodeSelector: { gpu: 'a', site: 'b' },
    });
    expect(instancesOf({ on: { only: {} } })).toMatchObject([
      { key: 'on=only' },
    ]);
  });

  it('keeps gates on parity for the stage', () => {
    const stage = parse(
      `${ON}, ${PREDICTIONS}, parity: { reference: site-a }, gates: [{ metric: parity.d, max: 1 }]`,
    );
    expect(stage.gates).toHaveLength(1);
    expect(instanceDefinitions(stage).get('on=site-a')?.gates).toEqual([]);
  });

  it.each([
    [`${ON}, matrix: { a: [1] }`, 'cannot be combined with matrix'],
    ['on: {}', 'needs at least one environment'],
    ['on: { A: {} }', 'a name has lowercase letters'],
    ['on: { a: { needs: [x] } }', 'unknown key'],
    ['repeat: 2', 'is about the environments of a stage; add on'],
    [`${ON}, repeat: 0`, 'must be at least 1'],
    [
      `${PREDICTIONS}, parity: { reference: a }`,
      'is about the environments of a stage; add on',
    ],
    [
      `${ON}, ${PREDICTIONS}, parity: { reference: site-c }`,
      "'site-c' is not in on",
    ],
    [
      `on: { a: {} }, ${PREDICTIONS}, parity: { reference: a }`,
      'name at least two in on',
    ],
    [`${ON}, parity: { reference: site-a }`, 'add reports.predictions'],
    [
      `${ON}, ${PREDICTIONS}, gates: [{ metric: parity.d, max: 1 }]`,
      'judges what this stage does not compare; add parity',
    ],
    [
      `${ON}, ${PREDICTIONS}, parity: { reference: site-a }, gates: [{ metric: parity.x, max: 1 }]`,
      "'parity.x' is not a figure of parity",
    ],
  ])('is refused as %s', (stage, message) => {
    expect(refusal(stage)).toEqual([expect.stringContaining(message)]);
  });

  it('needs executors that are installed, and their images', () => {
    const text = `version: 1
stages:
  a: { run: x, on: { one: { executor: docker }, two: { executor: slurm }, three: { executor: docker, image: y } } }
`;
    const result = parsePipelineDefinition(text, {
      file: 'f',
      executors: { docker: { needsImage: true } },
    });
    expect('errors' in result && result.errors.map(({ path }) => path)).toEqual(
      ['stages.a.on.one', 'stages.a.on.two.executor'],
    );
  });
});
