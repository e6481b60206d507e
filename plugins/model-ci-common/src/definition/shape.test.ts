import { checkPipelineDefinition } from './checkPipelineDefinition';
import { pipelineDefinitionJsonSchema } from './jsonSchema';
import { parsePipelineDefinition } from './parsePipelineDefinition';
import { valueOf } from './problems';
import { errorsIn, reported } from './testing/reported';

describe('types', () => {
  it.each([
    ['run: 3', 'run: must be text or a list of texts, but is 3'],
    ['run: {a: b}', 'run: must be text or a list of texts, but is a mapping'],
    ['run:', 'run: must be text or a list of texts, but is empty'],
    ['run: " "', 'run: is empty'],
    ['run: [a, 3]', 'run[1]: must be text, but is 3; put it in quotes'],
    ['run: [a, ""]', 'run[1]: is empty'],
    ['needs: a', 'needs: must be a list, but is "a"'],
    ['env: [a]', 'env: must be a mapping, but is a list'],
    ['env: { A: 1 }', 'env.A: must be text, but is 1; put it in quotes'],
    ['env: { A: true }', 'env.A: must be text, but is true; put it in quotes'],
    ['env: { A: }', 'env.A: must be text, but is empty'],
    [
      'timeout: 30',
      'timeout: must be a duration in text, for example 90s, 30m or 2d',
    ],
    ['allowFailure: yes', 'allowFailure: must be true or false, but is "yes"'],
    ['network: host', 'network: must be one of: none, default, but is "host"'],
    [
      'executor: Docker!',
      'executor: must be the name of an executor: lowercase letters, digits and -',
    ],
    ['retry: 2', 'retry: must be a mapping, but is 2'],
    ['retry: { platform: -1 }', 'retry.platform: must not be negative'],
    ['retry: {}', 'retry.platform: is required'],
    [
      'resources: { cpus: .inf }',
      'resources.cpus: must be a number, but is Infinity',
    ],
    [
      'resources: { memory: 1024 }',
      'resources.memory: must be a size in text, for example 512Mi or 1Gi',
    ],
    [
      'resources: { memory: 1Mi }',
      'resources.memory: "1Mi" must be at least 6Mi',
    ],
    ['timeout: 0s', 'timeout: "0s" must be between 1s and 30d'],
    ['timeout: 31d', 'timeout: "31d" must be between 1s and 30d'],
    [
      'timeout: 1.5h',
      'timeout: "1.5h" is not a duration; write for example 90s, 30m, 1h30m or 2d',
    ],
    [
      'timeout: ""',
      'timeout: "" is not a duration; write for example 90s, 30m, 1h30m or 2d',
    ],
    ['image: "a b"', 'image: contains white space'],
    ['image: --privileged', 'image: must not begin with a hyphen'],
    [
      'env: { MODEL_CI_RUN_ID: x }',
      'env.MODEL_CI_RUN_ID: names that begin with MODEL_CI_ are set by Model CI',
    ],
    [
      'env: { A-B: x }',
      'env.A-B: an environment variable has letters, digits and _, and does not begin with a digit',
    ],
    ['env: { A: "\\0" }', 'env.A: contains a NUL character'],
    [
      'nodeSelector: { "a b": x }',
      'nodeSelector."a b": a label has letters, digits, ., _, / and -, and begins and ends with a letter or digit',
    ],
  ])('%s', (line, expected) => {
    const rest = line.startsWith('run') ? '' : '    run: x\n';
    expect(reported(`version: 1\nstages:\n  s:\n    ${line}\n${rest}`)).toEqual(
      [expect.stringContaining(`stages.s.${expected}`)],
    );
  });

  it.each(['serving: { run: x, port: 0 }', 'serving: { run: x, port: 70000 }'])(
    'refuses %s',
    line => {
      expect(reported(`version: 1\nstages: {a: {run: x}}\n${line}\n`)).toEqual([
        expect.stringMatching(/^3:26 serving.port: must be at (least|most)/),
      ]);
    },
  );

  it.each([
    ['health: healthz', 'must be a path that begins with /'],
    ['health: "/a b"', 'must be a path that begins with /'],
    ['env: { PORT: "1" }', 'PORT is set by Model CI'],
    ['startupTimeout: 5', 'must be a duration'],
    ['timeouts: { silence: 5 }', 'must be a duration'],
    ['timeouts: { total: 5s }', 'serving.timeouts'],
  ])('refuses serving with %s', (line, message) => {
    expect(
      reported(
        `version: 1\nstages: {a: {run: x}}\nserving:\n  run: x\n  ${line}\n`,
      ),
    ).toEqual([expect.stringContaining(message)]);
  });

  it.each(['[]', '[""]', '["a b"]', '["a..b"]', '["/a"]', '["-x"]', '[1]'])(
    'refuses the branches %s',
    branches => {
      expect(
        errorsIn(
          `version: 1\ntriggers: {push: {branches: ${branches}}}\nstages: {a: {run: x}}\n`,
        ),
      ).toHaveLength(1);
    },
  );
});

describe('triggers', () => {
  const triggersOf = (text: string) => {
    const result = parsePipelineDefinition(
      `version: 1\ntriggers: ${text}\nstages: {a: {run: x}}\n`,
      { file: 'model-pipeline.yaml' },
    );
    return 'definition' in result ? result.definition.triggers : undefined;
  };

  it('may be pushes of tags, of some files, and pull requests', () => {
    expect(
      triggersOf(
        '{push: {tags: ["v*"], paths: ["**", "/shared/**"]}, pullRequest: {}}',
      ),
    ).toEqual({
      push: { branches: [], tags: ['v*'], paths: ['**', '/shared/**'] },
      pullRequest: { branches: ['**'] },
    });
  });

  it.each([
    ['push: {}', 'names neither branches nor tags'],
    ['push: {paths: [a]}', 'names neither branches nor tags'],
    ['push: {branches: [a], paths: ["../b"]}', 'cannot match any file'],
    ['push: {branches: [a], paths: ["/"]}', 'cannot match any file'],
    ['pullRequest: {branches: ["a b"]}', 'cannot match any branch'],
    ['pull_request: {}', 'triggers.pull_request'],
  ])('are refused with %s', (text, message) => {
    expect(
      reported(`version: 1\ntriggers: {${text}}\nstages: {a: {run: x}}\n`),
    ).toEqual([expect.stringContaining(message)]);
  });
});

describe('names', () => {
  it.each([
    'Build',
    '1a',
    'a b',
    'a/b',
    'a.b',
    '-a',
    'a-',
    '',
    'é',
    'a'.repeat(64),
  ])('refuses a stage called %p', name => {
    expect(
      reported(`version: 1\nstages:\n  ${JSON.stringify(name)}: {run: x}\n`),
    ).toEqual([expect.stringMatching(/^3:3 .*: a name has lowercase letters/)]);
  });

  it.each(['__proto__', 'constructor'])(
    'refuses %s wherever a name is free',
    name => {
      const errors = errorsIn(`
version: 1
${name}: 1
datasets: { ${name}: { uri: a } }
stages:
  ${name}: { run: x }
  a: { run: x, artifacts: { ${name}: out } }
`);
      expect(errors.map(({ line, path }) => [line, path])).toEqual([
        [3, name],
        [4, `datasets.${name}`],
        [6, `stages.${name}`],
        [7, `stages.a.artifacts.${name}`],
      ]);
      expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    },
  );

  it('refuses __proto__ as a variable and as a label', () => {
    expect(
      reported(
        'version: 1\nstages: {a: {run: x, env: {__proto__: a}, nodeSelector: {__proto__: b}}}',
      ),
    ).toEqual([
      expect.stringContaining("stages.a.env.__proto__: '__proto__' cannot"),
      expect.stringContaining(
        "stages.a.nodeSelector.__proto__: '__proto__' cannot",
      ),
    ]);
  });

  it('does not find a stage or data set that every object has', () => {
    expect(
      reported(
        'version: 1\nstages: {a: {run: x, needs: [constructor], datasets: [constructor]}}',
      ).join('\n'),
    ).toMatch(/no stage 'constructor'[^]*|'constructor' is not in datasets/);
  });

  it('refuses two data sets with one variable', () => {
    expect(
      reported(
        'version: 1\ndatasets:\n  a-b: {uri: a}\n  a_b: {uri: b}\nstages: {a: {run: x}}\n',
      ),
    ).toEqual([
      "4:3 datasets.a_b: has the same variable MODEL_CI_DATASET_A_B as 'a-b'; rename one of them",
    ]);
  });
});

describe('paths', () => {
  it.each([
    '/etc/passwd',
    '../secrets',
    'a/../../b',
    'a/..',
    '..',
    '.',
    './',
    'a/./b',
    'a//b',
    '',
    ' ',
    'a\\b',
    '..\\b',
    'C:\\x',
    'c:/x',
    '~/x',
    'a\0b',
    'a\nb',
    '.git',
    '.git/config',
    'a/.git/hooks',
    '.GIT/config',
    '.git./config',
    'https://example.com/a.csv',
    's3://bucket/a',
    'x'.repeat(600),
  ])('refuses %p as data set, artifact and report', path => {
    const quoted = JSON.stringify(path);
    const errors = errorsIn(`version: 1
datasets: { d: { uri: ${quoted} } }
stages:
  s:
    run: x
    artifacts: { a: ${quoted} }
    reports: { junit: ${quoted} }
`);
    expect(errors.map(error => error.path)).toEqual([
      'datasets.d.uri',
      'stages.s.artifacts.a',
      'stages.s.reports.junit',
    ]);
  });

  it.each([
    'a',
    './a',
    'a/',
    'a/b.c',
    '.github/x',
    'a..b',
    'ünï/c',
    '.gitignore',
    'a b',
  ])('accepts %p', path => {
    expect(
      reported(
        `version: 1\nstages: {s: {run: x, artifacts: {a: ${JSON.stringify(
          path,
        )}}}}`,
      ),
    ).toEqual([]);
  });
});

describe('what is said of any wrong value', () => {
  const WRONG = [
    ...[null, true, -1, 0, 0.5, 1e9, Number.NaN, '', ' ', 'no such', '\0'],
    ...['x'.repeat(70_000), [], [[]], {}, { 'a b': 1 }, { a: null }],
    Array(300).fill('a'),
    Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`k${i}`, 'a'])),
  ];

  it.each(listPaths(pipelineDefinitionJsonSchema))(
    'is a reason of our own at %s',
    path => {
      const quotations = WRONG.flatMap(value => {
        const result = checkPipelineDefinition(documentWith(path, value));
        return 'problems' in result
          ? result.problems.filter(({ reason }) => saysQuoted(reason))
          : [];
      });
      expect(quotations).toEqual([]);
    },
  );
});

/** Every place that the schema knows, with `a` where a name is free and `0` in lists. */
function listPaths(schema: unknown, path = ''): string[] {
  const below = [
    ...Object.entries(valueOf(schema, 'properties') ?? {}),
    ['a', valueOf(schema, 'additionalProperties')] as const,
    ['0', valueOf(schema, 'items')] as const,
  ].filter(([, inner]) => typeof inner === 'object');
  return below.flatMap(([key, inner]) => {
    const own = path === '' ? key : `${path}/${key}`;
    return [own, ...listPaths(inner, own)];
  });
}

function documentWith(path: string, value: unknown): unknown {
  return path
    .split('/')
    .reduceRight<unknown>(
      (inner, part) => (part === '0' ? [inner] : { [part]: inner }),
      value,
    );
}

function saysQuoted(part: unknown): boolean {
  return (
    typeof part === 'object' &&
    part !== null &&
    (valueOf(part, 'code') === 'quoted' || Object.values(part).some(saysQuoted))
  );
}
