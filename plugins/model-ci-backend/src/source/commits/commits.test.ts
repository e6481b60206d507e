import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import type { JsonValue } from '@backstage/types';
import type { CommitFinder } from './CommitFinder';
import { EmbeddedCommits } from './EmbeddedCommits';
import { GiteaCommits } from './GiteaCommits';
import { GithubCommits } from './GithubCommits';
import { GitlabCommits } from './GitlabCommits';

const SHA = '0123456789abcdef0123456789abcdef01234567';
const TREE = SHA.replaceAll('0', 'b');
const PEOPLE = {
  author: { name: 'Ann', email: 'ann@example.com' },
  committer: { name: 'Bo', email: 'bo@example.com' },
};
const MESSAGE = 'Fit the line\n\nIt was crooked.\n';

describe('finders of commits', () => {
  let server: Server;
  let base: string;
  let answers: Record<string, JsonValue>;
  let status: number;
  let asked: Array<{ url?: string; headers: IncomingHttpHeaders }>;

  beforeAll(async () => {
    server = createServer((req, res) => {
      asked.push({ url: req.url, headers: req.headers });
      const answer = answers[req.url ?? ''];
      res.statusCode = answer === undefined ? status : 200;
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify(answer ?? { error: { message: 'none' } }));
    });
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  beforeEach(() => {
    answers = {};
    asked = [];
    status = 404;
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  /** A finder of each kind, the source it reads, and what its host answers where. */
  function hosts(): Record<
    string,
    {
      finder: CommitFinder;
      sourceUrl: string;
      path(ref: string): string;
      answer: JsonValue;
      tree: string | undefined;
      authorization: string;
    }
  > {
    const integrations = ScmIntegrations.fromConfig(
      new ConfigReader({
        integrations: {
          github: [
            { host: 'gh.example', apiBaseUrl: `${base}/v3`, token: 'secret' },
          ],
          gitlab: [
            {
              host: 'gl.example',
              baseUrl: 'https://gl.example/gitlab',
              apiBaseUrl: `${base}/v4`,
              token: 'secret',
            },
          ],
          gitea: [
            {
              host: new URL(base).host,
              baseUrl: `${base}/gitea`,
              password: 'secret',
            },
          ],
        },
      }),
    );
    return {
      GitHub: {
        finder: new GithubCommits({ integrations }),
        sourceUrl: 'https://gh.example/ml/house/tree/main/models/a/',
        path: ref => `/v3/repos/ml/house/commits/${ref}?per_page=1`,
        answer: {
          sha: SHA,
          commit: { message: MESSAGE, tree: { sha: TREE }, ...PEOPLE },
        },
        tree: TREE,
        authorization: 'Bearer secret',
      },
      GitLab: {
        finder: new GitlabCommits({ integrations }),
        sourceUrl: 'https://gl.example/gitlab/ml/deep/house/-/tree/main/a/',
        path: ref => `/v4/projects/ml%2Fdeep%2Fhouse/repository/commits/${ref}`,
        answer: {
          id: SHA,
          message: MESSAGE,
          author_email: 'ann@example.com',
          committer_email: 'bo@example.com',
        },
        tree: undefined,
        authorization: 'Bearer secret',
      },
      Gitea: {
        finder: new GiteaCommits({ integrations }),
        sourceUrl: `${base}/gitea/ml/house/src/branch/main/a/`,
        path: ref =>
          `/gitea/api/v1/repos/ml/house/git/commits/${ref}?stat=false&verification=false&files=false`,
        answer: {
          sha: SHA,
          commit: { message: MESSAGE, tree: { sha: TREE }, ...PEOPLE },
        },
        tree: TREE,
        authorization: 'token secret',
      },
      embedded: {
        finder: new EmbeddedCommits({
          auth: mockServices.auth(),
          discovery: {
            getBaseUrl: async () => `${base}/inside`,
            getExternalBaseUrl: async () =>
              'https://portal.example/api/model-ci-git',
          },
        }),
        sourceUrl:
          'https://portal.example/api/model-ci-git/house.git/raw/main/a/',
        path: ref => `/inside/repositories/house/commits?ref=${ref}&limit=1`,
        answer: {
          items: [
            {
              commit: SHA,
              tree: TREE,
              parents: [],
              authorName: 'Ann',
              authorEmail: 'ann@example.com',
              committerEmail: 'bo@example.com',
              authoredAt: '2026-01-01T00:00:00Z',
              subject: 'Fit the line',
            },
          ],
        },
        tree: TREE,
        authorization: 'Bearer',
      },
    };
  }

  const names = ['GitHub', 'GitLab', 'Gitea', 'embedded'];

  it.each(names)(
    '%s: give a commit, its subject, its tree and who made it by one request',
    async name => {
      const { finder, sourceUrl, path, answer, tree, authorization } =
        hosts()[name];
      answers[path('feature%2Fa')] = answer;
      expect(await finder.find(sourceUrl, 'feature/a')).toEqual({
        commit: SHA,
        message: 'Fit the line',
        tree,
        emails: ['ann@example.com', 'bo@example.com'],
      });
      expect(asked.map(({ url }) => url)).toEqual([path('feature%2Fa')]);
      expect(asked[0].headers.authorization).toContain(authorization);
    },
  );

  it.each(names)('%s: say that there is none', async name => {
    const { finder, sourceUrl } = hosts()[name];
    await expect(finder.find(sourceUrl, 'gone')).rejects.toMatchObject({
      name: 'NotFoundError',
      message: expect.not.stringContaining('secret'),
    });
  });

  it.each(names)('%s: do not take trouble for an answer', async name => {
    status = 500;
    const { finder, sourceUrl, path } = hosts()[name];
    await expect(finder.find(sourceUrl, 'main')).rejects.not.toMatchObject({
      name: 'NotFoundError',
    });
    answers[path('main')] = { message: 'down for maintenance' };
    await expect(finder.find(sourceUrl, 'main')).rejects.toThrow();
  });

  it.each(names)('%s: leave the sources of other hosts alone', async name => {
    expect(
      await hosts()[name].finder.find(
        'https://elsewhere.example/ml/house/tree/main/',
        'main',
      ),
    ).toBeUndefined();
    expect(asked).toEqual([]);
  });
});
