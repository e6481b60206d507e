import { commitUrl, compareUrl } from './sourceUrls';

describe('commitUrl', () => {
  it.each([
    [
      'url:https://github.com/a/b/tree/main/',
      'https://github.com/a/b/commit/c0ffee',
    ],
    [
      'https://gitlab.com/g/sub/b/-/tree/main/',
      'https://gitlab.com/g/sub/b/-/commit/c0ffee',
    ],
    [
      'https://gitea.example/a/b/src/branch/main/',
      'https://gitea.example/a/b/commit/c0ffee',
    ],
    ['http://localhost:7007/api/model-ci-git/b.git/raw/main/', undefined],
    // eslint-disable-next-line no-script-url
    ['javascript:alert(1)//a/b/tree/main/', undefined],
    [undefined, undefined],
    ['nonsense', undefined],
  ])('of %s is %s', (source, url) =>
    expect(commitUrl(source, 'c0ffee')).toBe(url),
  );
});

describe('compareUrl', () => {
  it.each([
    [
      'url:https://github.com/a/b/tree/main/',
      'https://github.com/a/b/compare/c0...ff',
    ],
    [
      'https://gitlab.com/g/sub/b/-/tree/main/',
      'https://gitlab.com/g/sub/b/-/compare/c0...ff',
    ],
    ['http://localhost:7007/api/model-ci-git/b.git/raw/main/', undefined],
    [undefined, undefined],
  ])('of %s is %s', (source, url) =>
    expect(compareUrl(source, 'c0', 'ff')).toBe(url),
  );
});
