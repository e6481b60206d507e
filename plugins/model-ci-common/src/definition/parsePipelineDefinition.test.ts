import { FILE, definitionOf, errorsIn, reported } from './testing/reported';

const COMPLETE = `
version: 1
triggers: { push: { branches: [main, 'release/*'] } }
datasets:
  houses: { uri: ./data/houses.csv }
defaults:
  image: python:3.11
  timeout: 30m
  retry: { platform: 1 }
  env: { A: one, B: two }
  resources: { cpus: 1, memory: 512Mi }
  nodeSelector: { zone: a }
  network: none
stages:
  build:
    run: [python3 -m compileall -q src]
    artifacts: { package: src/ }
  test:
    needs: [build]
    run: |
      python3 -m pytest
    reports: { junit: reports/junit.xml }
    allowFailure: true
  train:
    needs: [test]
    executor: docker
    env: { B: three, C: four }
    resources: { cpus: 2.5, gpus: 1 }
    nodeSelector: { gpu: a100 }
    timeout: 1h30m
    retry: { platform: 0 }
    datasets: [houses]
    network: default
    run: [one, two]
    artifacts: { model: ./model }
  evaluate:
    needs: [train]
    image: other:1
    run: evaluate
    reports: { metrics: reports/metrics.json, predictions: reports/predictions.jsonl }
    gates:
      - { metric: rmse, dataset: houses, max: 30 }
      - { metric: r2, min: 0.8, max: 1 }
serving: { run: serve, health: /ready, env: { D: five }, startupTimeout: 2m, timeouts: { firstByte: 5m }, resources: { memory: 1G } }
deploy: { path: [staging, production], automatic: [staging] }
`;

describe('a right definition', () => {
  it('has its defaults merged and its sizes and times as numbers', () => {
    expect(definitionOf(COMPLETE)).toEqual({
      version: 1,
      triggers: { push: { branches: ['main', 'release/*'] } },
      datasets: { houses: { uri: 'data/houses.csv' } },
      stages: {
        build: {
          script: 'python3 -m compileall -q src',
          image: 'python:3.11',
          needs: [],
          env: { A: 'one', B: 'two' },
          resources: { cpus: 1, memoryBytes: 512 * 2 ** 20 },
          nodeSelector: { zone: 'a' },
          timeoutSeconds: 1800,
          retry: { platform: 1 },
          artifacts: { package: 'src' },
          datasets: [],
          reports: {},
          gates: [],
          allowFailure: false,
          network: 'none',
          secrets: [],
        },
        test: {
          script: 'python3 -m pytest\n',
          image: 'python:3.11',
          needs: ['build'],
          env: { A: 'one', B: 'two' },
          resources: { cpus: 1, memoryBytes: 512 * 2 ** 20 },
          nodeSelector: { zone: 'a' },
          timeoutSeconds: 1800,
          retry: { platform: 1 },
          artifacts: {},
          datasets: [],
          reports: { junit: 'reports/junit.xml' },
          gates: [],
          allowFailure: true,
          network: 'none',
          secrets: [],
        },
        train: {
          script: 'one\ntwo',
          image: 'python:3.11',
          executor: 'docker',
          needs: ['test'],
          env: { A: 'one', B: 'three', C: 'four' },
          resources: { cpus: 2.5, memoryBytes: 512 * 2 ** 20, gpus: 1 },
          nodeSelector: { zone: 'a', gpu: 'a100' },
          timeoutSeconds: 5400,
          retry: { platform: 0 },
          artifacts: { model: 'model' },
          datasets: ['houses'],
          reports: {},
          gates: [],
          allowFailure: false,
          network: 'default',
          secrets: [],
        },
        evaluate: {
          script: 'evaluate',
          image: 'other:1',
          needs: ['train'],
          env: { A: 'one', B: 'two' },
          resources: { cpus: 1, memoryBytes: 512 * 2 ** 20 },
          nodeSelector: { zone: 'a' },
          timeoutSeconds: 1800,
          retry: { platform: 1 },
          artifacts: {},
          datasets: [],
          reports: {
            metrics: 'reports/metrics.json',
            predictions: 'reports/predictions.jsonl',
          },
          gates: [
            { metric: 'rmse', dataset: 'houses', max: 30 },
            { metric: 'r2', min: 0.8, max: 1 },
          ],
          allowFailure: false,
          network: 'none',
          secrets: [],
        },
      },
      serving: {
        run: 'serve',
        port: 8080,
        replicas: 1,
        health: '/ready',
        image: 'python:3.11',
        env: { A: 'one', B: 'two', D: 'five' },
        secrets: [],
        startupSeconds: 120,
        resources: { memoryBytes: 1e9 },
        timeouts: { firstByteSeconds: 300 },
      },
      deploy: { path: ['staging', 'production'], automatic: ['staging'] },
    });
  });

  it('needs no more than a version and one stage', () => {
    const definition = definitionOf('version: 1\nstages: {a: {run: echo}}\n');
    expect(definition).toMatchObject({
      triggers: {},
      datasets: {},
      deploy: { path: [], automatic: [] },
      stages: { a: { timeoutSeconds: 3600, retry: { platform: 2 } } },
    });
    expect(JSON.parse(JSON.stringify(definition))).toEqual(definition);
  });

  it('shows a stage under its title and keeps its name as the key', () => {
    const { stages } = definitionOf(
      'version: 1\nstages:\n  train: { title: " Train on all houses ", run: make }\n',
    );
    expect(Object.keys(stages)).toEqual(['train']);
    expect(stages.train.title).toBe('Train on all houses');
  });

  it('may repeat itself with anchors and aliases', () => {
    const definition = definitionOf(`
version: 1
stages:
  a: { run: echo, env: &env { X: '1' } }
  b: { run: echo, env: *env }
`);
    expect(definition.stages.b.env).toEqual({ X: '1' });
  });

  it('may keep the same folder from stages whose artifacts never meet', () => {
    const definition = definitionOf(`
version: 1
stages:
  a: { run: echo, artifacts: { out: out } }
  b: { run: echo, artifacts: { out: out } }
`);
    expect(Object.keys(definition.stages)).toEqual(['a', 'b']);
  });

  it('may keep parts of a folder under several names in one stage', () => {
    expect(
      reported(
        'version: 1\nstages: {a: {run: x, artifacts: {all: out, part: out/a}}}',
      ),
    ).toEqual([]);
  });
});

describe('all errors are reported at once', () => {
  it('with line, column and path', () => {
    expect(
      reported(
        `version: 2
trigger: {}
datasets:
  houses: { uri: /etc/passwd }
defaults:
  tiemout: 3m
stages:
  build:
    run: []
    timeout: soon
    services: { a: [1] }
  test:
    needs: [biuld]
    run: echo
    datasets: [cars]
    resources: { cpus: 0, memory: 1GB, gpus: 0.5 }
    gates: [{ metric: rmse }]
deploy:
  path: [staging]
  automatic: [production]
`,
        { executors: { docker: {} } },
      ),
    ).toEqual([
      '1:10 version: must be 1, but is 2',
      "2:1 trigger: unknown key; did you mean 'triggers'?",
      '4:18 datasets.houses.uri: "/etc/passwd" must be relative to the repository, not absolute',
      "6:3 defaults.tiemout: unknown key; did you mean 'timeout'?",
      '9:5 stages.build.run: is an empty list; give at least one entry',
      '10:14 stages.build.timeout: "soon" is not a duration; write for example 90s, 30m, 1h30m or 2d',
      expect.stringMatching(
        /^11:5 stages\.build\.services: unknown key; choose from: title, run, .*, docker$/,
      ),
      "13:13 stages.test.needs[0]: there is no stage 'biuld'; did you mean 'build'?",
      "15:16 stages.test.datasets[0]: 'cars' is not in datasets; choose from: houses",
      '16:24 stages.test.resources.cpus: must be at least 0.01',
      '16:35 stages.test.resources.memory: "1GB" is not a size; write a number with its unit, for example 512Mi or 1Gi',
      '16:46 stages.test.resources.gpus: must be a whole number, but is 0.5',
      '17:5 stages.test.gates: judge metrics that this stage does not report; add reports.metrics or reports.predictions',
      '17:13 stages.test.gates[0]: has no limit; add min, max or both, or a baseline',
      '18:1 deploy: nothing can be deployed without serving; add serving or remove deploy',
      "20:15 deploy.automatic[0]: 'production' is not in deploy.path; choose from: staging",
    ]);
  });

  it('knows the environments of the portal, where they are given', () => {
    const text = `version: 1
stages: { build: { run: make } }
serving: { run: ./serve }
deploy:
  path: [stagign, moon, production, docker]
  automatic: [stagign, production, moon]
`;
    expect(reported(text)).toEqual([]);
    expect(
      reported(text, { environments: ['stagign', 'moon', 'production'] }),
    ).toEqual([]);
    expect(reported(text, { environments: ['staging', 'production'] })).toEqual(
      [
        "6:15 deploy.automatic[0]: this portal has no environment 'stagign'; did you mean 'staging'?",
        "6:36 deploy.automatic[2]: this portal has no environment 'moon'; choose from: staging, production",
      ],
    );
    expect(reported(text, { environments: [] })).toContain(
      "6:36 deploy.automatic[2]: this portal has no environment 'moon'; none is configured",
    );
  });

  it('names the file that it was given', () => {
    expect(errorsIn('version: 1')[0]).toEqual({
      file: FILE,
      line: 1,
      column: 1,
      path: 'stages',
      message: 'is required',
      reason: { code: 'definition.required', text: 'is required' },
    });
  });

  it('is in order of the text, and at most a hundred', () => {
    const keys = Array.from({ length: 500 }, (_, i) => `key${i}: 1`);
    const errors = errorsIn(`${keys.join('\n')}\n`);
    expect(errors).toHaveLength(100);
    const lines = errors.map(({ line }) => line);
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
  });

  it.each(['parameters', 'services', 'volumes'])(
    'refuses the stage key %s, which nothing reads',
    key => {
      expect(
        reported(`version: 1\nstages:\n  a:\n    run: x\n    ${key}: 1\n`),
      ).toEqual([expect.stringMatching(`^5:5 stages.a.${key}: unknown key`)]);
    },
  );

  it.each(['schedule', 'include', '<<'])(
    'refuses the top-level key %s',
    key => {
      expect(
        reported(`${key}: {}\nversion: 1\nstages: {a: {run: x}}\n`),
      ).toEqual([expect.stringMatching(`1:1 .*: unknown key`)]);
    },
  );

  it.each(['cron', 'issue'])('refuses the trigger %s', key => {
    expect(
      reported(`version: 1\ntriggers: { ${key}: x }\nstages: {a: {run: x}}\n`),
    ).toEqual([
      `2:13 triggers.${key}: unknown key; choose from: push, pullRequest, schedule`,
    ]);
  });

  it('refuses gates that ask for what cannot be answered', () => {
    expect(
      reported(`version: 1
stages:
  a:
    run: x
    decisionTimeout: 1h
    reports: { metrics: m.json }
    gates:
      - { metric: rmse, max: 1, baseline: production }
      - { metric: rmse, max: 1, margin: 1 }
      - { metric: acc, min: 0.5, confidence: 0.9 }
      - { metric: acc, baseline: true }
      - { metric: f1, baseline: previous, confidence: 0.95 }
`),
    ).toEqual([
      expect.stringMatching(/^5:5 .*decisionTimeout: limits a wait/),
      expect.stringMatching(/^8:33 .*baseline: compares .* write two gates/),
      expect.stringMatching(/^9:33 .*margin: is how much worse/),
      expect.stringMatching(/^11:34 .*must be an alias, .* but is true/),
      expect.stringMatching(/^12:.*confidence: .* write 0.9 as in gates\[2\]/),
    ]);
  });

  it('reads what gates demand against chance and against a baseline', () => {
    const definition = definitionOf(`version: 1
promote: { alias: champion }
stages:
  a:
    run: x
    inconclusive: ask
    decisionTimeout: 2d
    reports: { predictions: p.jsonl }
    gates:
      - { metric: acc, min: 0.5, confidence: 0.9, slices: age }
      - { metric: acc, baseline: 3, margin: 0.01 }
`);
    expect(definition.promote).toEqual({ alias: 'champion' });
    expect(definition.stages.a).toMatchObject({
      inconclusive: 'ask',
      decisionTimeoutSeconds: 172800,
      gates: [
        { metric: 'acc', min: 0.5, confidence: 0.9, slices: 'age' },
        { metric: 'acc', baseline: '3', margin: 0.01, confidence: 0.9 },
      ],
    });
  });
});

describe('text that is not a definition', () => {
  it.each(['', '\n\n', '# nothing\n', 'null'])('refuses %p as empty', text => {
    expect(reported(text)).toEqual([
      '1:1 : the file is empty; it needs version and stages',
    ]);
  });

  it.each(['3', '[]', 'hello'])('refuses %p, which is no mapping', text => {
    expect(reported(text)).toEqual([
      expect.stringContaining('must be a mapping'),
    ]);
  });

  it('shows where the YAML is wrong', () => {
    expect(reported('version: 1\nstages:\n\t- a\n')).toEqual(
      expect.arrayContaining(['3:1 : tabs cannot indent in YAML; use spaces']),
    );
    expect(reported('version: 1\nstages: {a: {run: "x}}\n')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^\d+:\d+ : this is not valid YAML/),
      ]),
    );
  });

  it('reports every duplicate key', () => {
    expect(
      reported(
        'version: 1\nversion: 1\nstages:\n  a: {run: x}\n  a: {run: y}\n',
      ),
    ).toEqual([
      '2:1 : this key appears twice in the same mapping',
      '5:3 : this key appears twice in the same mapping',
    ]);
  });

  it('refuses several documents, tags and unknown aliases', () => {
    expect(reported('version: 1\n---\nversion: 1\n')[0]).toMatch(
      /several documents/,
    );
    expect(reported('version: !secret 1\n')[0]).toMatch(
      /^1:10 : tags are not allowed/,
    );
    expect(reported('version: *one\n')[0]).toMatch(
      /^1:10 : this alias cannot be used: .*one$/,
    );
  });

  it('counts lines alike with Windows line ends', () => {
    expect(
      reported('version: 1\r\nstages:\r\n  a:\r\n    runn: x\r\n'),
    ).toEqual([
      '3:3 stages.a.run: is required, unless the stage has imageBuild',
      "4:5 stages.a.runn: unknown key; did you mean 'run'?",
    ]);
  });
});

describe('hostile text', () => {
  it('is not read when it is too long', () => {
    expect(reported(`# ${'x'.repeat(300_000)}`)).toEqual([
      expect.stringMatching(/^1:1 : the file has 300,002 characters/),
    ]);
  });

  it('cannot grow through aliases', () => {
    const levels = ['a: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 10; i++) {
      levels.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    }
    expect(reported(levels.join('\n'))).toEqual([
      expect.stringContaining('this alias cannot be used'),
    ]);
  });

  it('cannot lead in circles', () => {
    expect(
      errorsIn('version: 1\nstages: &s { a: *s }\n').length,
    ).toBeGreaterThan(0);
    expect(
      errorsIn('version: 1\nstages: { a: { run: &r [ *r ] } }\n').length,
    ).toBeGreaterThan(0);
    expect(errorsIn('&x {*x : *x}').length).toBeGreaterThan(0);
  });

  it('cannot be nested without end', () => {
    expect(reported('['.repeat(50_000))).toEqual(
      expect.arrayContaining([expect.stringContaining('nested too deeply')]),
    );
    expect(errorsIn('a: '.repeat(5_000)).length).toBeGreaterThan(0);
    expect(errorsIn(`a: ${'{a: '.repeat(20_000)}`).length).toBeGreaterThan(0);
  });

  it('is answered in a moment, however many errors it has', () => {
    const needs = Array.from({ length: 250 }, (_, i) => `need-number-${i}-x`);
    const stages = Array.from(
      { length: 48 },
      (_, i) => `  stage-number-${i}: { run: x, needs: [${needs.join(', ')}] }`,
    );
    const artifacts = Array.from(
      { length: 4000 },
      (_, i) => `  s${i}: { run: x, artifacts: { a: ${'a/'.repeat(10)}b } }`,
    );
    const keys = Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`);
    const before = performance.now();
    for (const text of [
      `version: 1\nstages:\n${stages.join('\n')}\n`,
      `version: 1\nstages:\n${artifacts.join('\n')}\n`,
      keys.join('\n'),
    ]) {
      expect(text.length).toBeLessThan(256 * 1024);
      expect(errorsIn(text).length).toBeGreaterThan(0);
    }
    expect(performance.now() - before).toBeLessThan(10_000);
  });
});
