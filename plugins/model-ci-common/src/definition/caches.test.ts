import { parsePipelineDefinition } from './parsePipelineDefinition';

function parse(...stages: string[]) {
  return parsePipelineDefinition(
    ['version: 1', 'stages:', ...stages.map(stage => `  ${stage}`)].join('\n'),
    { file: 'model-pipeline.yaml' },
  );
}

function messagesOf(...stages: string[]): string[] {
  const parsed = parse(...stages);
  return 'errors' in parsed
    ? parsed.errors.map(({ path, message }) => `${path}: ${message}`)
    : [];
}

describe('cache', () => {
  it('names a path and the files that it is kept for', () => {
    const parsed = parse(
      'a: { run: a, cache: { wheels: { path: ./.cache/wheels/, key: [./lock] } } }',
    );
    expect(parsed).toMatchObject({
      definition: {
        stages: {
          a: { cache: { wheels: { path: '.cache/wheels', key: ['lock'] } } },
        },
      },
    });
  });

  it.each([
    ['path: /tmp/x, key: [lock]', "starts with '/'"],
    ['path: x, key: []', 'at least'],
    ['path: x', 'is required'],
    ['path: ../x, key: [lock]', ''],
    ['path: x, key: [lock], paths: [y]', 'unknown key'],
  ])('refuses %s', cache => {
    expect(messagesOf(`a: { run: a, cache: { c: { ${cache} } } }`)).toEqual([
      expect.stringMatching(/^stages\.a\.cache\.c/),
    ]);
  });

  it.each([
    ['artifacts: { out: c/out }', 'c/out'],
    ['artifacts: { out: c }', 'c'],
    ['reports: { junit: c/junit.xml }', 'c/junit.xml'],
    ['reports: { metrics: ["m.json", "c/*/m.json"] }', 'c'],
    ['reports: { metrics: "**/m.json" }', ''],
    ['needs: [before]', 'c/before'],
  ])('refuses one that meets %s', (other, path) => {
    expect(
      messagesOf(
        'before: { run: a, artifacts: { out: c/before } }',
        `a: { run: a, ${other}, cache: { c: { path: c, key: [lock] } } }`,
      ),
    ).toEqual([
      expect.stringMatching(
        new RegExp(
          `^stages\\.a\\.cache\\.c\\.path: 'c' and '${path.replace(
            /[./]/g,
            '\\$&',
          )}' lie inside each other`,
        ),
      ),
    ]);
  });

  it('refuses two that lie inside each other, and takes others beside artifacts', () => {
    const stage = (path: string) =>
      `a: { run: a, artifacts: { out: out }, reports: { junit: "r/*.xml" }, cache: { c: { path: c/d, key: [lock] }, d: { path: ${path}, key: [lock] } } }`;
    expect(messagesOf(stage('c'))).toHaveLength(1);
    expect(messagesOf(stage('cc'))).toEqual([]);
  });

  it('is none of a build', () => {
    expect(
      messagesOf('a: { imageBuild: {}, cache: { c: { path: c, key: [l] } } }'),
    ).toEqual([expect.stringMatching(/^stages\.a\.cache: /)]);
  });
});
