import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import type { JsonValue } from '@backstage/types';
import { createPathsFinder } from '../../triggers/createPathsFinder';

const FROM = 'a'.repeat(40);
const TO = 'b'.repeat(40);
const many = <T>(count: number, item: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => item(index));

describe('The changed files of a push', () => {
  let server: Server;
  let base: string;
  let answers: Record<string, JsonValue>;
  const asked: string[] = [];

  beforeAll(async () => {
    server = createServer((req, res) => {
      const url = req.url ?? '';
      asked.push(`${req.headers.authorization ?? ''} ${url}`.trim());
      res.statusCode = url in answers ? 200 : 404;
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify(answers[url] ?? {}));
    });
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    answers = {};
    asked.length = 0;
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  function find(sourceUrl: string, before: string | null = FROM) {
    const integrations = ScmIntegrations.fromConfig(
      new ConfigReader({
        integrations: {
          github: [{ host: 'gh.example', apiBaseUrl: base, token: 't' }],
          gitlab: [
            {
              host: 'gl.example',
              baseUrl: 'https://gl.example',
              apiBaseUrl: base,
              token: 't',
            },
          ],
          gitea: [{ host: 'gt.example', baseUrl: base, password: 't' }],
          bitbucketCloud: [{ token: 't', username: 'u' }],
        },
      }),
    );
    const findPaths = createPathsFinder({
      integrations,
      logger: mockServices.logger.mock(),
    });
    return findPaths(
      {
        ...{ provider: 'x', deliveryId: 'd', event: 'push' },
        before: before ?? undefined,
        repositoryUrl: 'https://x',
        ref: { type: 'branch', name: 'feature/x' },
        after: TO,
      },
      { sourceUrl, defaultBranch: 'main' },
    );
  }

  const GITHUB = 'https://gh.example/acme/models/tree/main/';
  const GITLAB = 'https://gl.example/acme/sub/models/-/tree/main/';
  const GITEA = 'https://gt.example/acme/models/src/branch/main/';
  const BITBUCKET = 'https://bitbucket.org/acme/models/src/main/';

  it('are named by GitHub where one commit follows on the other', async () => {
    const path = `/repos/acme/models/compare/${FROM}...${TO}?per_page=1`;
    const files = [
      { filename: 'b.py', previous_filename: 'a.py' },
      { filename: 'c.py' },
    ];
    answers[path] = { files, merge_base_commit: { sha: FROM } };
    expect(await find(GITHUB)).toEqual(['a.py', 'b.py', 'c.py']);
    expect(asked[0]).toMatch(/^(Bearer|token) t /i);
    answers[path] = { files, merge_base_commit: { sha: 'c' } };
    expect(await find(GITHUB)).toBeUndefined();
    answers[path] = {
      files: many(300, index => ({ filename: `${index}` })),
      merge_base_commit: { sha: FROM },
    };
    expect(await find(GITHUB)).toBeUndefined();
  });

  it('are not known where they are more than anybody compares with patterns', async () => {
    const path = `/repos/acme/models/compare/${FROM}...${TO}?per_page=1`;
    const files = many(20, index => ({
      filename: `${index}/${'a/'.repeat(2000)}`,
    }));
    answers[path] = { files, merge_base_commit: { sha: FROM } };
    expect(await find(GITHUB)).toBeUndefined();
  });

  it('of a new branch are those since it left the default branch', async () => {
    answers[`/repos/acme/models/compare/main...${TO}?per_page=1`] = {
      files: [{ filename: 'c.py' }],
      merge_base_commit: { sha: 'c' },
    };
    expect(await find(GITHUB, null)).toEqual(['c.py']);
  });

  it('are named by GitLab, both ends of a rename', async () => {
    const path = `/projects/acme%2Fsub%2Fmodels/repository/compare?from=${FROM}&to=${TO}&straight=true`;
    answers[path] = { diffs: [{ old_path: 'a.py', new_path: 'b.py' }] };
    expect(await find(GITLAB)).toEqual(['a.py', 'b.py']);
    answers[path] = { compare_timeout: true, diffs: [] };
    expect(await find(GITLAB)).toBeUndefined();
  });

  it('are named by Gitea where one commit follows on the other', async () => {
    const path = `/api/v1/repos/acme/models/compare/${FROM}...${TO}`;
    const commit = { parents: [{ sha: FROM }], files: [{ filename: 'a.py' }] };
    answers[path] = { total_commits: 1, commits: [commit] };
    expect(await find(GITEA)).toEqual(['a.py']);
    answers[path] = { total_commits: 2, commits: [commit] };
    expect(await find(GITEA)).toBeUndefined();
    answers[path] = {
      total_commits: 1,
      commits: [{ ...commit, parents: [{ sha: 'c' }] }],
    };
    expect(await find(GITEA)).toBeUndefined();
  });

  it('are named by Bitbucket page by page', async () => {
    // Its address cannot be configured.
    const send = fetch;
    jest
      .spyOn(global, 'fetch')
      .mockImplementation((url, init) =>
        send(`${url}`.replace('https://api.bitbucket.org/2.0', base), init),
      );
    const path = `/repositories/acme/models/diffstat/${TO}..${FROM}?pagelen=100&topic=false&page=`;
    answers[`${path}1`] = {
      values: [{ old: { path: 'a.py' }, new: { path: 'b.py' } }],
      next: 'https://elsewhere.example/2',
    };
    answers[`${path}2`] = { values: [{ old: null, new: { path: 'c.py' } }] };
    expect(await find(BITBUCKET)).toEqual(['a.py', 'b.py', 'c.py']);
    for (let page = 1; page <= 20; page++) {
      answers[`${path}${page}`] = { values: [], next: 'more' };
    }
    expect(await find(BITBUCKET)).toBeUndefined();
  });

  it.each([GITHUB, GITLAB, GITEA, 'https://other.example/a/b/'])(
    'are unknown where the host of %s does not say',
    async sourceUrl => {
      expect(await find(sourceUrl)).toBeUndefined();
    },
  );
});
