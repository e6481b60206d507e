import { reason, type Reason } from '../reasons';
import { branchMatches } from './branches';
import { checkPipelineDefinition } from './checkPipelineDefinition';
import { pipelineDefinitionJsonSchema } from './jsonSchema';
import { entriesOf, valueOf } from './problems';
import { datasetVariable } from './rules';
import { parseStoredDefinition, parseStoredStage } from './stored';
import { parseDuration, parseSize } from './units';

const problem = (path: string, why: Reason) => ({
  path,
  message: why.text,
  reason: why,
});

describe('branchMatches', () => {
  it.each([
    ['main', 'main', true],
    ['main', 'Main', false],
    ['main', 'main2', false],
    ['release/*', 'release/1.0', true],
    ['release/*', 'release/', true],
    ['release/*', 'release/1.0/fix', false],
    ['release/**', 'release/1.0/fix', true],
    ['**', 'any/thing', true],
    ['*', 'any', true],
    ['*', 'any/thing', false],
    ['v?', 'v1', true],
    ['v?', 'v/', false],
    ['v?', 'v', false],
    ['**/fix', 'a/b/fix', true],
    ['a*b*c', 'aXbYc', true],
    ['a*b*c', 'aXcYb', false],
    ['a.c', 'abc', false],
  ])('%s against %s is %s', (pattern, branch, expected) => {
    expect(branchMatches([pattern], branch)).toBe(expected);
  });

  it('needs one of several patterns', () => {
    expect(branchMatches(['main', 'dev/*'], 'dev/x')).toBe(true);
    expect(branchMatches([], 'main')).toBe(false);
  });

  it('takes no time for a hostile pattern', () => {
    expect(branchMatches([`${'*a'.repeat(120)}b`], 'a'.repeat(250))).toBe(
      false,
    );
  });
});

describe('units', () => {
  it.each([
    ['1s', 1],
    ['90s', 90],
    ['30m', 1800],
    ['1h30m', 5400],
    ['2d', 172_800],
    ['1d2h3m4s', 93_784],
    ['', undefined],
    ['5', undefined],
    ['m', undefined],
    ['30m1h', undefined],
    ['-1s', undefined],
    [' 1s', undefined],
  ])('reads the duration %p as %p seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each([
    ['1Ki', 1024],
    ['512Mi', 536_870_912],
    ['1.5Gi', 1_610_612_736],
    ['1k', 1000],
    ['2G', 2e9],
    ['1', undefined],
    ['1gi', undefined],
    ['1 Gi', undefined],
    ['-1Gi', undefined],
    ['1e3Mi', undefined],
  ])('reads the size %p as %p bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });
});

describe('checkPipelineDefinition', () => {
  it('accepts a value that was parsed already', () => {
    expect(
      checkPipelineDefinition({ version: 1, stages: { a: { run: 'x' } } }),
    ).toMatchObject({ definition: { stages: { a: { script: 'x' } } } });
  });

  it('reports all errors with their paths', () => {
    expect(
      checkPipelineDefinition(
        JSON.parse(
          '{"version":1,"__proto__":{"a":1},"stages":{"a":{"run":"x","needs":["b"]},"__proto__":{"run":"x"}}}',
        ),
      ),
    ).toEqual({
      problems: [
        problem('__proto__', reason('definition.prototypeKey')),
        problem('stages.__proto__', reason('definition.prototypeKey')),
        problem(
          'stages.a.needs[0]',
          reason('definition.noStage', { name: 'b' }),
        ),
      ],
    });
  });

  it.each([undefined, null, 3, 'text', [], true])('refuses %p', value => {
    expect(checkPipelineDefinition(value)).toHaveProperty('problems');
  });
});

describe('a stored definition', () => {
  const all = {
    version: 1,
    triggers: { push: { branches: ['main'] } },
    parameters: {
      epochs: { type: 'integer', default: 10, min: 1, max: 100 },
      note: { type: 'string', title: 'Note', default: '' },
    },
    datasets: { houses: { uri: 'houses.csv', resource: 'houses' } },
    stages: {
      train: {
        run: ['a', 'b'],
        shell: 'bash',
        image: 'python:3',
        env: { A: '1' },
        resources: { cpus: 2, memory: '1Gi', gpus: 1 },
        executor: 'slurm',
        slurm: { partition: 'long', nice: [1, { a: null }] },
        nodeSelector: { site: 'a' },
        timeout: '2h',
        queueTimeout: '1d',
        retry: { platform: 0 },
        artifacts: { model: 'model' },
        datasets: ['houses'],
        network: 'none',
      },
      evaluate: {
        run: 'c',
        needs: ['train'],
        reports: { junit: ['a.xml', 'b'], metrics: 'm.json', predictions: 'p' },
        gates: [{ metric: 'rmse', dataset: 'houses', min: 1, max: 2 }],
        allowFailure: true,
        hold: true,
      },
    },
    serving: {
      run: 'serve',
      port: 80,
      health: '/up',
      image: 'python:3',
      env: { B: '2' },
      startupTimeout: '10s',
      resources: { cpus: 1 },
      timeouts: { firstByte: '5s', silence: '6s' },
    },
    deploy: { path: ['staging'], automatic: ['staging'] },
  };

  it('is read as it was written, with every key that there is', () => {
    const result = checkPipelineDefinition(all);
    expect(result).toHaveProperty('definition');
    const { definition } = 'definition' in result ? result : {};
    expect(parseStoredDefinition(JSON.stringify(definition))).toEqual(
      definition,
    );
    const stage = definition?.stages.train;
    expect(parseStoredStage(JSON.stringify(stage))).toEqual(stage);
  });

  it('of an earlier release has the defaults of what that did not know', () => {
    const text = '{"stages":{"a":{"script":"x"}},"serving":{"run":"y"}}';
    const minimal = checkPipelineDefinition({
      version: 1,
      stages: { a: { run: 'x' } },
      serving: { run: 'y' },
    });
    expect({ definition: parseStoredDefinition(text) }).toEqual(minimal);
  });
});

describe('datasetVariable', () => {
  it('is the name in capitals', () => {
    expect(datasetVariable('house-prices_2')).toBe(
      'MODEL_CI_DATASET_HOUSE_PRICES_2',
    );
  });
});

describe('the JSON Schema for editors', () => {
  it('describes every key and refuses unknown ones', () => {
    const undescribed: string[] = [];
    const open: string[] = [];
    const visit = (schema: unknown, path: string) => {
      if (typeof schema !== 'object' || schema === null) {
        return;
      }
      const properties = valueOf(schema, 'properties');
      const additional = valueOf(schema, 'additionalProperties');
      // A stage holds mappings for executors, and nothing else that is unknown.
      if (
        properties &&
        additional !== false &&
        valueOf(additional, 'type') !== 'object'
      ) {
        open.push(path);
      }
      for (const [key, child] of entriesOf(properties)) {
        if (!valueOf(child, 'description')) {
          undescribed.push(`${path}.${key}`);
        }
        visit(child, `${path}.${key}`);
      }
      visit(valueOf(schema, 'additionalProperties'), `${path}.*`);
      visit(valueOf(schema, 'items'), `${path}[]`);
      const anyOf = valueOf(schema, 'anyOf');
      (Array.isArray(anyOf) ? anyOf : []).forEach((child: unknown) =>
        visit(child, path),
      );
    };
    visit(pipelineDefinitionJsonSchema, '');
    expect({ undescribed, open }).toEqual({ undescribed: [], open: [] });
  });

  it('has the formats that editors can check, examples and defaults', () => {
    expect(pipelineDefinitionJsonSchema).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      required: ['version', 'stages'],
      properties: {
        version: { const: 1 },
        stages: {
          propertyNames: { pattern: expect.any(String) },
          additionalProperties: {
            oneOf: [{ required: ['run'] }, { required: ['imageBuild'] }],
            properties: {
              timeout: { pattern: expect.any(String), default: '1h' },
              executor: { pattern: expect.any(String) },
              queueTimeout: { pattern: expect.any(String) },
            },
          },
        },
      },
    });
  });
});
