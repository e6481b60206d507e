import { definitionOf, reported } from './testing/reported';

const withStage = (stage: string) =>
  `version: 1\nstages:\n  build: { run: x }\n  train: { run: x, ${stage} }\n`;

describe('the condition of a stage', () => {
  it('is kept as it was written', () => {
    const when =
      "{ branches: [main, 'release/*'], paths: [model/**, /shared/], needs: always }";
    expect(
      definitionOf(withStage(`needs: [build], when: ${when}`)).stages.train
        .when,
    ).toEqual({
      branches: ['main', 'release/*'],
      paths: ['model/**', '/shared/'],
      needs: 'always',
    });
  });

  it.each([
    [
      'when: {}',
      'stages.train.when: says nothing; write branches, paths or needs',
    ],
    ['when: { branch: main }', "unknown key; did you mean 'branches'?"],
    ['when: { branches: [] }', 'stages.train.when.branches: is an empty list'],
    ["when: { branches: ['a b'] }", 'cannot match any branch'],
    [
      "when: { paths: ['../x'] }",
      'stages.train.when.paths[0]: cannot match any file',
    ],
    ["when: { paths: ['a//b'] }", 'cannot match any file'],
    [
      'when: { needs: failed }',
      '4:28 stages.train.when.needs: is about the stages that this one needs; add needs',
    ],
    [
      'needs: [build], when: { needs: never }',
      'must be one of: succeeded, failed, always',
    ],
  ])('%s is refused', (stage, expected) => {
    expect(reported(withStage(stage))).toEqual([
      expect.stringContaining(expected),
    ]);
  });

  it('does not count on an image that may not have been built', () => {
    expect(
      reported(
        'version: 1\nstages:\n  build: { imageBuild: {} }\n  test: { run: x, needs: [build], image: { stage: build }, when: { needs: always } }\n',
      ),
    ).toEqual([
      "4:35 stages.test.image: 'build' may not have built its image where this stage runs; name another image, or remove when.needs",
    ]);
  });
});

describe('concurrency', () => {
  it('is one of two words', () => {
    const top = (word: string) =>
      `version: 1\nconcurrency: ${word}\nstages: { a: { run: x } }\n`;
    expect(definitionOf(top('one-at-a-time')).concurrency).toBe(
      'one-at-a-time',
    );
    expect(reported(top('parallel'))).toEqual([
      '2:14 concurrency: must be one of: cancel-superseded, one-at-a-time, but is "parallel"',
    ]);
  });

  it('compares a change with 2,000 characters of paths at most, over all stages', () => {
    const stages = (count: number, path: (index: number) => string) =>
      Array.from(
        { length: count },
        (_, index) =>
          `  s${index}: { run: x, when: { paths: ['${path(index)}'] } }\n`,
      ).join('');
    const distinct = (index: number) => `${index}/`.padStart(100, 'a');
    const errors = (text: string) => reported(`version: 1\nstages:\n${text}`);
    expect(errors(stages(20, distinct))).toEqual([]);
    expect(errors(stages(25, () => distinct(1)))).toEqual([]);
    expect(errors(stages(21, distinct))).toEqual([
      expect.stringMatching(
        /stages\.s20\.when\.paths: .*more than 2000 characters/,
      ),
    ]);
  });
});
