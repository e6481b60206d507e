import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import type { JsonValue } from '@backstage/types';
import type { CommitFinder } from './CommitFinder';
import { BitbucketCommits } from './BitbucketCommits';
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

const OLD = 'd'.repeat(40);

describe('finders of commits', () => {
  let server: Server;
  let base: string;
  let answers: Record<string, JsonValue>;
  let status: number;
  let asked: Array<{ url?: string; headers: IncomingHttpHeaders }>;

  beforeAll(async () => {
    server = createServer((req, res) => {
      asked.push({ url: req.url, headers: req.headers });
      const answer = answers[decodeURI(req.url ?? '')];
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
    // The address of Bitbucket cannot be configured.
    const send = fetch;
    jest
      .spyOn(global, 'fetch')
      .mockImplementation((url, init) =>
        send(`${url}`.replace('https://api.bitbucket.org/2.0', base), init),
      );
  });

  afterEach(() => jest.restoreAllMocks());

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
      emails?: string[];
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
          bitbucketCloud: [{ token: 'secret', username: 'u' }],
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
      Bitbucket: {
        finder: new BitbucketCommits({ integrations }),
        sourceUrl: 'https://bitbucket.org/ml/house/src/main/a/',
        path: ref =>
          `/repositories/ml/house/refs/branches/${decodeURIComponent(ref)}`,
        answer: {
          target: {
            hash: SHA,
            message: MESSAGE,
            author: { raw: 'Ann <ann@example.com>' },
          },
          ...{ hash: SHA, message: MESSAGE },
        },
        tree: undefined,
        authorization: 'Basic',
        emails: ['ann@example.com'],
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

  const names = ['GitHub', 'GitLab', 'Gitea', 'Bitbucket', 'embedded'];

  it.each(names)(
    '%s: give a commit, its subject, its tree and who made it by one request',
    async name => {
      const { finder, sourceUrl, path, answer, tree, authorization, emails } =
        hosts()[name];
      answers[path('feature%2Fa')] = answer;
      expect(await finder.find(sourceUrl, 'feature/a')).toEqual({
        commit: SHA,
        message: 'Fit the line',
        tree,
        emails: emails ?? ['ann@example.com', 'bo@example.com'],
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

  /** What each host is asked for a branch, and whether a commit stands before its head; and how it says so, and not. */
  const reachability: Record<
    string,
    {
      head: { path: string; answer: JsonValue };
      before: { path: string; yes: JsonValue; no: JsonValue[] };
    }
  > = {
    GitHub: {
      head: {
        path: '/v3/repos/ml/house/commits/heads%2F功能%2Fa?per_page=1',
        answer: { sha: SHA, commit: { message: MESSAGE } },
      },
      before: {
        path: `/v3/repos/ml/house/compare/${SHA}...${OLD}?per_page=1`,
        yes: { status: 'behind' },
        no: [{ status: 'ahead' }, { status: 'diverged' }],
      },
    },
    GitLab: {
      head: {
        path: '/v4/projects/ml%2Fdeep%2Fhouse/repository/branches/功能%2Fa',
        answer: { commit: { id: SHA } },
      },
      before: {
        path: `/v4/projects/ml%2Fdeep%2Fhouse/repository/merge_base?refs[]=${SHA}&refs[]=${OLD}`,
        yes: { id: OLD },
        no: [{ id: TREE }, { id: SHA }],
      },
    },
    Gitea: {
      head: {
        path: '/gitea/api/v1/repos/ml/house/branches/功能/a',
        answer: { commit: { id: SHA } },
      },
      before: {
        path: `/gitea/api/v1/repos/ml/house/commits?sha=${OLD}&not=${SHA}&limit=1&stat=false&verification=false&files=false`,
        yes: [],
        no: [[{ sha: OLD }]],
      },
    },
    Bitbucket: {
      head: {
        path: '/repositories/ml/house/refs/branches/功能/a',
        answer: { target: { hash: SHA } },
      },
      before: {
        path: `/repositories/ml/house/commits/${OLD}?exclude=${SHA}&pagelen=1`,
        yes: { values: [] },
        no: [{ values: [{ hash: OLD }] }],
      },
    },
    embedded: {
      head: {
        path: `/inside/repositories/house/commits?ref=${SHA}&limit=1&notIn=refs%2Fheads%2F功能%2Fa`,
        answer: { items: [] },
      },
      before: {
        path: `/inside/repositories/house/commits?ref=${OLD}&limit=1&notIn=refs%2Fheads%2F功能%2Fa`,
        yes: { items: [] },
        no: [{ items: [{ commit: OLD }] }],
      },
    },
  };
  const branch = { type: 'branch' as const, name: '功能/a' };

  it.each(Object.keys(reachability))(
    '%s: say whether a commit is on a branch, which is more than that the host has it',
    async name => {
      const { finder, sourceUrl } = hosts()[name];
      const { head, before } = reachability[name];
      const isOn = (commit: string) => finder.isOn(sourceUrl, commit, branch);
      // Neither the branch is there nor the commit
      expect(await isOn(OLD)).toBe(false);
      answers[head.path] = head.answer;
      expect(await isOn(SHA)).toBe(true);
      expect(await isOn(OLD)).toBe(false);
      answers[before.path] = before.yes;
      expect(await isOn(OLD)).toBe(true);
      for (const no of before.no) {
        answers[before.path] = no;
        expect(await isOn(OLD)).toBe(false);
      }
    },
  );

  it.each(Object.keys(reachability))(
    '%s: say nothing about a branch while there is no answer',
    async name => {
      const { finder, sourceUrl } = hosts()[name];
      for (status of [403, 500]) {
        await expect(finder.isOn(sourceUrl, SHA, branch)).rejects.toThrow();
      }
    },
  );

  it('Bitbucket: complete the part of a name that its webhooks give', async () => {
    const { finder, sourceUrl, answer } = hosts().Bitbucket;
    answers[`/repositories/ml/house/commit/${SHA.slice(0, 12)}`] = answer;
    const found = await finder.find(sourceUrl, SHA.slice(0, 12));
    expect(found?.commit).toBe(SHA);
  });
});
