import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { atRef, isCommit, refOf, rootAtCommit } from './sourceUrl';

const integrations = ScmIntegrations.fromConfig(
  new ConfigReader({
    integrations: {
      gitea: [{ host: 'gitea.example.com' }],
      bitbucketServer: [
        {
          host: 'stash.example.com',
          apiBaseUrl: 'https://stash.example.com/rest/api/1.0',
        },
      ],
    },
  }),
);
const COMMIT = '0123456789abcdef0123456789abcdef01234567';

describe('source URLs', () => {
  it.each([
    [
      'http://localhost:7007/api/model-ci-git/house.git/raw/main/',
      'main',
      `http://localhost:7007/api/model-ci-git/house.git/raw/${COMMIT}/`,
    ],
    [
      'http://localhost:7007/api/model-ci-git/house.git/raw/feature%2Fa/models/',
      'feature/a',
      `http://localhost:7007/api/model-ci-git/house.git/raw/${COMMIT}/models/`,
    ],
    [
      'https://github.com/acme/house/tree/main/models/a/',
      'main',
      `https://github.com/acme/house/tree/${COMMIT}/models/a/`,
    ],
    [
      'https://gitlab.com/acme/ml/house/-/tree/main/',
      'main',
      `https://gitlab.com/acme/ml/house/-/tree/${COMMIT}/`,
    ],
    [
      'https://gitea.example.com/acme/house/src/branch/main/models/',
      'main',
      `https://gitea.example.com/acme/house/src/commit/${COMMIT}/models/`,
    ],
    [
      'https://bitbucket.org/acme/house/src/main/',
      'main',
      `https://bitbucket.org/acme/house/src/${COMMIT}/`,
    ],
    [
      'https://stash.example.com/projects/ML/repos/house/browse/?at=main',
      'main',
      `https://stash.example.com/projects/ML/repos/house/browse/?at=${COMMIT}`,
    ],
    [
      'https://dev.azure.com/acme/ml/_git/house?path=%2F&version=GBmain',
      'main',
      `https://dev.azure.com/acme/ml/_git/house?path=%2F&version=GC${COMMIT}`,
    ],
  ])('move %s from %s to a commit', (url, ref, moved) => {
    expect(refOf(url, integrations)).toBe(ref);
    expect(atRef(url, COMMIT, integrations)).toBe(moved);
  });

  it.each([
    [
      'https://github.com/acme/house/tree/main/models/big%20a/',
      `https://github.com/acme/house/tree/${COMMIT}/`,
      'models/big a',
    ],
    [
      'https://gitlab.com/acme/ml/house/-/tree/main/',
      `https://gitlab.com/acme/ml/house/-/tree/${COMMIT}/`,
      '',
    ],
    [
      'https://gitea.example.com/acme/house/src/branch/main/models/',
      `https://gitea.example.com/acme/house/src/commit/${COMMIT}/`,
      'models',
    ],
    [
      'https://stash.example.com/projects/ML/repos/house/browse/models/?at=main',
      `https://stash.example.com/projects/ML/repos/house/browse/?at=${COMMIT}`,
      'models',
    ],
  ])('name the repository of %s, and the folder in it', (from, url, folder) => {
    expect(rootAtCommit(from, COMMIT, integrations)).toEqual({ url, folder });
  });

  it('name no repository of Azure DevOps, which gives no tar archive', () => {
    expect(
      rootAtCommit(
        'https://dev.azure.com/acme/ml/_git/house?path=%2F&version=GBmain',
        COMMIT,
        integrations,
      ),
    ).toBeUndefined();
  });

  it('keep the name of a branch in one segment', () => {
    expect(
      atRef(
        'http://localhost/api/model-ci-git/house.git/raw/main/',
        'feature/a b'.replace(' ', '-'),
        integrations,
      ),
    ).toBe('http://localhost/api/model-ci-git/house.git/raw/feature%2Fa-b/');
    expect(
      atRef(
        'https://gitea.example.com/acme/house/src/branch/main/',
        'v1',
        integrations,
      ),
    ).toBe('https://gitea.example.com/acme/house/src/branch/v1/');
  });

  it.each(['../other', 'a/../../b', 'a b', 'a?x=1', 'a\\b', '', 'a//b', '.'])(
    'refuse %j as a ref',
    ref => {
      expect(() =>
        atRef(
          'http://localhost/api/model-ci-git/house.git/raw/main/',
          ref,
          integrations,
        ),
      ).toThrow(/is not the name of a branch, tag or commit/);
    },
  );

  it.each(['https://unknown.example.com/a/b/tree/main/', 'not a url'])(
    'refuse %s, from which no ref can be read',
    url => {
      expect(() => atRef(url, COMMIT, integrations)).toThrow(
        expect.objectContaining({ name: 'InputError' }),
      );
    },
  );

  it('tell commits from other refs', () => {
    expect(isCommit(COMMIT)).toBe(true);
    expect(isCommit('main')).toBe(false);
    expect(isCommit('0123456')).toBe(false);
  });
});
