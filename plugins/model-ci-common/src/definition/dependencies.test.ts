import { definitionOf, reported } from './testing/reported';

const stages = (evaluate: string) => `version: 1
stages:
  build: { run: b, artifacts: { deps: deps/ } }
  train: { needs: [build], run: t, artifacts: { model: model/ } }
  other: { run: o }
  evaluate: { needs: [train], run: e${evaluate} }
`;

describe('dependencies of a stage', () => {
  it('are what it is given, which may be nothing, and all that it needs unless it says so', () => {
    const dependenciesIn = (text: string) =>
      definitionOf(stages(text)).stages.evaluate.dependencies;
    expect(dependenciesIn(', dependencies: [build]')).toEqual(['build']);
    expect(dependenciesIn(', dependencies: []')).toEqual([]);
    expect(dependenciesIn('')).toBeUndefined();
  });

  it('must be among what it needs, and say which one was probably meant', () => {
    const text = stages(
      ', dependencies: [trian, other, evaluate, train, train]',
    );
    expect(reported(text)).toEqual([
      expect.stringMatching(
        /^6:\d+ stages\.evaluate\.dependencies\[0\]: there is no stage 'trian'.*'train'/,
      ),
      expect.stringMatching(
        /dependencies\[1\]: 'other' is not among the stages .* add it to needs/,
      ),
      expect.stringMatching(/dependencies\[2\]: 'evaluate' is not among/),
      expect.stringMatching(/dependencies\[4\]: 'train'/),
    ]);
  });
});
