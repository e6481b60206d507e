import { formatEmbeddedRawUrl, parseEmbeddedGitUrl } from './gitUrl';

const gitBaseUrl = 'http://localhost:7007/api/model-ci-git';

describe('URLs of the embedded git host', () => {
  it('keeps branches with slashes in one segment', () => {
    const url = formatEmbeddedRawUrl({
      gitBaseUrl,
      repository: 'house-price',
      ref: 'feature/lasso',
      path: 'src/a b.py',
    });
    expect(url).toBe(
      `${gitBaseUrl}/house-price.git/raw/feature%2Flasso/src/a%20b.py`,
    );
    expect(parseEmbeddedGitUrl(url)).toEqual({
      gitBaseUrl,
      repository: 'house-price',
      ref: 'feature/lasso',
      path: 'src/a b.py',
    });
  });

  it('ends the URL of a folder in a slash', () => {
    const url = formatEmbeddedRawUrl({
      gitBaseUrl: `${gitBaseUrl}/`,
      repository: 'a',
      ref: 'main',
    });
    expect(url).toBe(`${gitBaseUrl}/a.git/raw/main/`);
    expect(parseEmbeddedGitUrl(url)).toEqual({
      gitBaseUrl,
      repository: 'a',
      ref: 'main',
      path: '',
    });
    expect(parseEmbeddedGitUrl(`${gitBaseUrl}/a.git/raw/main/sub/`)?.path).toBe(
      'sub/',
    );
  });

  it.each(['', '/'])('reads the URL of a repository ending in .git%s', end => {
    expect(parseEmbeddedGitUrl(`${gitBaseUrl}/a.git${end}`)).toEqual({
      gitBaseUrl,
      repository: 'a',
      ref: undefined,
      path: '',
    });
  });

  it.each([
    'not a url',
    'https://github.com/a/b.git',
    `${gitBaseUrl}/a`,
    `${gitBaseUrl}/a.git/info/refs`,
    `${gitBaseUrl}/a.git/raw/%ff/`,
    `file:///api/model-ci-git/a.git`,
  ])('finds no place in %s', url => {
    expect(parseEmbeddedGitUrl(url)).toBeUndefined();
  });
});
