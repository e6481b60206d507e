import { parsePipelineDefinition } from '../definition/parsePipelineDefinition';
import { importPipeline } from './importPipeline';
import type { ImportKind } from './types';

function imported(text: string, kind: ImportKind) {
  const { definition, findings } = importPipeline({ text, kind });
  const parsed = parsePipelineDefinition(definition ?? '', { file: 'x' });
  if ('errors' in parsed) {
    throw new Error(JSON.stringify({ parsed, findings }, null, 2));
  }
  const lines = findings.map(
    ({ line, outcome, reason }) => `${line} ${outcome} ${reason.code}`,
  );
  return { ...parsed.definition, lines };
}

describe('a .gitlab-ci.yml', () => {
  it('lets jobs wait for the stages before, or for what they need', () => {
    const { stages } = imported(
      `stages: [one, two, three]
c: { stage: three, script: [c] }
a1: { stage: one, script: [a1] }
a2: { stage: one, script: [a2] }
b: { stage: two, script: [b], needs: [a1] }
free: { stage: three, script: [d], needs: [] }
`,
      'gitlab',
    );
    const needs = Object.entries(stages).map(([name, item]) => [
      name,
      item.needs,
    ]);
    expect(Object.fromEntries(needs)).toEqual({
      a1: [],
      a2: [],
      b: ['a1'],
      c: ['a2', 'b'],
      free: [],
    });
  });

  it('takes artifacts of the jobs that dependencies or needs say', () => {
    const { stages } = imported(
      `stages: [one, two, three]
deps: { stage: one, script: [a], artifacts: { paths: [deps] } }
train: { stage: two, script: [b], artifacts: { paths: [model] } }
all: { stage: three, script: [c] }
some: { stage: three, script: [c], dependencies: [train] }
none: { stage: three, script: [c], dependencies: [] }
needs: { stage: three, script: [c], needs: [{ job: train, artifacts: true }, { job: deps, artifacts: false }] }
wrong: { stage: three, script: [c], needs: [deps], dependencies: [train] }
`,
      'gitlab',
    );
    const given = Object.entries(stages).map(([name, item]) => [
      name,
      item.dependencies,
    ]);
    expect(Object.fromEntries(given)).toEqual({
      some: ['train'],
      none: [],
      needs: ['train'],
    });
  });

  it('resolves extends, anchors and references', () => {
    const { stages } = imported(
      `.a: { image: "python:3.9", variables: { X: "1", Y: "1" }, before_script: [one] }
.b: { extends: .a, variables: { Y: "2" } }
.s: { script: [two, three] }
.m: &m { timeout: 1h 30m }
job:
  <<: *m
  extends: .b
  variables: { Z: "3" }
  script: [!reference [.s, script], four]
`,
      'gitlab',
    );
    expect(stages.job).toMatchObject({
      image: 'python:3.9',
      env: { X: '1', Y: '2', Z: '3' },
      timeoutSeconds: 5400,
      script: 'one\ntwo\nthree\nfour',
    });
  });

  it.each([
    ['only: [main]', 'carried import.condition'],
    ['only: [branches]', 'carried import.always'],
    ['only: [tags]', 'left import.never'],
    ['only: [/^v/]', 'left import.conditionLost'],
    [
      'rules: [{ if: $CI_COMMIT_BRANCH == "main" }]',
      'carried import.condition',
    ],
    [
      'rules: [{ if: $CI_COMMIT_TAG, when: never }, { when: on_success }]',
      'carried import.always',
    ],
    ['rules: [{ changes: [a] }]', 'left import.conditionLost'],
    ['when: manual', 'changed import.approval'],
    ['cache: { paths: [a] }', 'left import.cache'],
    ['services: [redis]', 'left import.services'],
    ['parallel: 3', 'left import.matrix'],
    ['tags: [gpu]', 'left import.label'],
    ['environment: production', 'left import.deploy'],
    ['nonsense: 1', 'left import.unknown'],
  ])('says what became of %s', (key, expected) => {
    const { lines } = imported(`job:\n  script: [a]\n  ${key}\n`, 'gitlab');
    expect(lines).toContain(`3 ${expected}`);
  });

  it('does not skip a stage that has to write something', () => {
    const { stages, lines } = imported(
      'job:\n  script: [a]\n  only: [main]\n  artifacts: { paths: [out/] }\n',
      'gitlab',
    );
    expect(stages.job.script).toBe('a');
    expect(lines).toContain('1 changed import.conditionOfWriter');
  });

  it('lets the shell expand variables in variables', () => {
    const { stages } = imported(
      'variables: { A: "$CI_PROJECT_DIR/a" }\njob: { script: [b] }\n',
      'gitlab',
    );
    expect(stages.job.script).toBe(
      'export CI_PROJECT_DIR="$PWD"\nexport A="$CI_PROJECT_DIR/a"\nb',
    );
  });
});

describe('a .travis.yml', () => {
  it('runs the phases in their order, and takes one Python', () => {
    const { stages, lines } = imported(
      'language: python\npython: ["3.8", 3.10]\nscript: [c]\nbefore_install: a\ninstall: [b]\nafter_failure: d\n',
      'travis',
    );
    expect(stages.test.image).toBe('python:3.10');
    expect(stages.test.script).toMatch(/-ne 0 \]; then\n {4}d\n[^]*\na\nb\nc$/);
    expect(lines).toContain('2 changed import.first');
  });

  it('lets stages wait for each other', () => {
    const { stages, triggers } = imported(
      `language: generic
branches: { only: [main] }
jobs:
  include:
    - { stage: a, name: a1, script: x }
    - { name: a2, script: y }
    - { stage: b, script: z, if: branch = main }
`,
      'travis',
    );
    expect(stages.b.needs).toEqual(['a1', 'a2']);
    expect(stages.b.script).toContain('MODEL_CI_BRANCH');
    expect(triggers).toEqual({ push: { branches: ['main'] } });
  });
});

describe('a workflow', () => {
  it('lets jobs and their steps be stages and commands', () => {
    const { stages, triggers } = imported(
      `on: { push: { branches: [main] } }
env: { A: 1, B: "\${{ github.sha }}" }
jobs:
  one:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    strategy: { matrix: { py: ["3.10", "3.11"] } }
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with: { python-version: "\${{ matrix.py }}" }
      - run: make \${{ env.A }}
      - run: export X=1
        working-directory: sub
      - uses: actions/upload-artifact@v4
        with: { name: dist, path: dist/ }
  two:
    needs: one
    if: github.ref == 'refs/heads/main'
    runs-on: ubuntu-latest
    container: busybox
    steps: [{ run: ls dist }]
`,
      'github',
    );
    expect(triggers).toEqual({ push: { branches: ['main'] } });
    expect(stages.one).toMatchObject({
      image: 'python:3.10',
      env: { A: '1' },
      timeoutSeconds: 300,
      artifacts: { dist: 'dist' },
      script:
        'export B="${MODEL_CI_COMMIT}"\nmake ${A}\n(\ncd sub\n(\nexport X=1\n)\n)',
    });
    expect(stages.two).toMatchObject({ image: 'busybox', needs: ['one'] });
    expect(stages.two.script).toMatch(/^if ! \{ case/);
  });

  it.each([
    ['uses: docker/login-action@v3', 'left import.action'],
    ['uses: actions/cache@v4', 'left import.cache'],
    ['{ run: a, if: "always()" }', 'carried import.after'],
    [
      '{ run: a, if: "github.ref_name == \'main\'" }',
      'carried import.condition',
    ],
    ['{ run: a, if: "contains(x, y)" }', 'left import.stepLeft'],
    ['{ run: a, shell: pwsh }', 'left import.windows'],
    ['run: a ${{ secrets.B }}', 'left import.secret'],
    ['run: a ${{ github.actor }}', 'changed import.expression'],
  ])('says what became of %s', (step, expected) => {
    const text = `on: push\njobs:\n  a:\n    steps:\n    - ${step}\n`;
    expect(imported(text, 'github').lines).toContain(`5 ${expected}`);
  });
});
