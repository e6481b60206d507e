import { isTrusted } from './isTrusted';

const COMMIT = '5f2c1c9e0d3b4a5968778695a4b3c2d1e0f9a8b7';

describe('what a run is of', () => {
  it.each([
    {},
    { ref: 'main' },
    { ref: 'main', commit: COMMIT },
    { ref: 'refs/tags/v1.2.3' },
    { ref: 'refs/heads/feature/pull/7' },
    { ref: 'model@1.0' },
  ])('is trusted if only who may push can have made it: %j', asked => {
    const sourceUrl = 'https://github.com/org/model/tree/main/';
    expect(isTrusted({ sourceUrl, ...asked })).toBe(true);
  });

  it.each([
    { commit: COMMIT },
    { ref: COMMIT },
    { ref: COMMIT.slice(0, 7).toUpperCase() },
    { ref: 'refs/pull/7/head' },
    { ref: 'pull/7/head', commit: COMMIT },
    { ref: 'refs/merge-requests/7/head' },
    { ref: 'main~1' },
    { ref: 'main@{1}' },
  ])('is not trusted if it may be of a fork: %j', asked => {
    const sourceUrl = 'https://github.com/org/model/tree/main/';
    expect(isTrusted({ sourceUrl, ...asked })).toBe(false);
  });

  it('is trusted on the git host of the portal, which has no forks', () => {
    const sourceUrl =
      'https://portal.example/api/model-ci-git/model.git/raw/main/';
    expect(isTrusted({ sourceUrl, commit: COMMIT })).toBe(true);
  });
});
