import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import {
  DefaultGithubCredentialsProvider,
  ScmIntegrations,
} from '@backstage/integration';
import type { Knex } from 'knex';
import {
  formatReason,
  quoted,
  type RunTrigger,
} from '@model-ci/backstage-plugin-model-ci-common';
import { createTestDatabases } from '../database/testDatabase';
import { countWork } from '../engine/testing/countWork';
import { createEngines, pipelineOf } from '../engine/testing/createEngines';
import { StatusReporter, type StatusReporterOptions } from './StatusReporter';

const databases = createTestDatabases();
const COMMIT = 'a'.repeat(40);
const SOURCES = {
  github: 'https://gh.example/acme/models/tree/main/',
  gitlab: 'https://gl.example/acme/models/-/tree/main/',
  gitea: 'https://gt.example/acme/models/src/branch/main/',
  bitbucket: 'https://bitbucket.org/acme/models/src/main/',
  withoutApi: 'https://raw.example/acme/models/tree/main/',
  embedded: 'https://portal.example/api/model-ci-git/a.git/raw/main/',
};

describe.each(databases.ids)('The status of runs on %s', databaseId => {
  let server: Server;
  let base: string;
  let status: number;
  let headers: Record<string, string>;
  let asked: Array<{ url?: string; token?: string; body: unknown }>;
  let now: Date;
  let db: Knex;
  let fixture: ReturnType<typeof createEngines>;
  let options: StatusReporterOptions;
  let reporter: StatusReporter;
  const logger = mockServices.logger.mock();

  beforeAll(async () => {
    server = createServer(async (req, res) => {
      asked.push({
        url: req.url,
        token: req.headers.authorization ?? `${req.headers['private-token']}`,
        body: JSON.parse(await text(req)),
      });
      res.writeHead(status, headers);
      res.end('{}');
    });
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  beforeEach(async () => {
    asked = [];
    status = 201;
    headers = {};
    now = new Date();
    db = await databases.init(databaseId);
    fixture = createEngines(db, {
      files: pipelineOf('train: { run: train }'),
      executors: [],
    });
    // The address of Bitbucket cannot be configured.
    const send = fetch;
    jest
      .spyOn(global, 'fetch')
      .mockImplementation((url, init) =>
        send(`${url}`.replace('https://api.bitbucket.org/2.0', base), init),
      );
    options = {
      ...{ db, logger, now: () => now },
      appUrl: 'https://portal.example',
      integrations: ScmIntegrations.fromConfig(
        new ConfigReader({
          integrations: {
            github: [
              { host: 'gh.example', apiBaseUrl: base, token: 't1' },
              { host: 'raw.example', rawBaseUrl: 'https://raw.example/raw' },
            ],
            gitlab: [
              {
                host: 'gl.example',
                baseUrl: 'https://gl.example',
                apiBaseUrl: base,
                token: 't2',
              },
            ],
            gitea: [{ host: 'gt.example', baseUrl: base, password: 't3' }],
            bitbucketCloud: [{ username: 'u', token: 't4' }],
          },
        }),
      ),
    };
    reporter = new StatusReporter(options);
  });
  afterEach(() => jest.restoreAllMocks());

  const start = async (
    host: keyof typeof SOURCES,
    trigger: RunTrigger = 'push',
  ) =>
    await fixture.start({
      ...{ sourceUrl: SOURCES[host], trigger, commit: COMMIT, ref: 'main' },
    });
  const end = async (id: string, ended: string) =>
    await db('runs').where({ id }).update({
      status: ended,
      started_at: now.toISOString(),
      finished_at: now.toISOString(),
    });
  const problemOf = async (id: string) =>
    (await fixture.runs.get(id)).commitStatusProblem;

  it.each([
    [
      'github',
      `/repos/acme/models/statuses/${COMMIT}`,
      ['pending', 'success', 'failure', 'error'],
      /t1/,
    ],
    [
      'gitlab',
      `/projects/acme%2Fmodels/statuses/${COMMIT}`,
      ['running', 'success', 'failed', 'canceled'],
      /t2/,
    ],
    [
      'gitea',
      `/api/v1/repos/acme/models/statuses/${COMMIT}`,
      ['pending', 'success', 'failure', 'error'],
      /t3/,
    ],
    [
      'bitbucket',
      `/repositories/acme/models/commit/${COMMIT}/statuses/build`,
      ['INPROGRESS', 'SUCCESSFUL', 'FAILED', 'STOPPED'],
      /./,
    ],
  ] as const)(
    'is written to %s as it changes',
    async (host, url, states, token) => {
      const id = await start(host);
      await reporter.check();
      await reporter.check();
      for (const ended of ['succeeded', 'failed', 'errored']) {
        await end(id, ended);
        await reporter.check();
      }
      await reporter.check();
      expect(asked.map(each => each.url)).toEqual(states.map(() => url));
      expect(asked[0].token).toMatch(token);
      const bodies = asked.map(({ body }) => body as Record<string, string>);
      expect(bodies.map(({ state }) => state)).toEqual(states);
      expect(bodies[0].description).toBe('Run 1 is queued');
      expect(bodies[1].description).toBe('Run 1 succeeded');
      expect(Object.values(bodies[1])).toContain(
        `https://portal.example/model-ci/runs/${id}`,
      );
      expect(JSON.stringify(bodies[1])).toContain('model-ci/');
      expect(await problemOf(id)).toBeUndefined();
    },
  );

  it('says to GitLab and Bitbucket on which branch or tag the commit is, unless it is of a fork', async () => {
    const url = 'https://gl.example/acme/models/-/merge_requests/1';
    const branches = { sourceBranch: 'feature/x', targetBranch: 'main' };
    const pullRequest = { number: 1, url, ...branches };
    for (const host of ['gitlab', 'bitbucket'] as const) {
      await start(host);
      const own = { sourceUrl: SOURCES[host], commit: COMMIT };
      await fixture.start({ ...own, trigger: 'tag', tag: 'v1' });
      const request = { ...own, trigger: 'pull_request', pullRequest } as const;
      await fixture.start(request);
      await fixture.start({ ...request, isUntrusted: true });
    }
    await reporter.check();
    const bodies = asked.map(({ body }) => body as Record<string, string>);
    const named = ['main', 'v1', 'feature/x', undefined];
    expect(bodies.slice(0, 4).map(({ ref }) => ref)).toEqual(named);
    expect(bodies.slice(4).map(({ refname }) => refname)).toEqual(named);
  });

  it('of many runs takes as many queries to find out as of one', async () => {
    const check = () => countWork(db, () => reporter.check());
    const queries: number[] = [];
    for (const count of [1, 10]) {
      for (let index = 0; index < count; index++) {
        await start('github');
      }
      const { queries: all } = await check();
      // One for each writes down what the host has.
      queries.push(all - count);
    }
    expect(queries[1]).toBe(queries[0]);
    expect(asked).toHaveLength(11);
  });

  it('of a request does not stand for that of a push of its commit', async () => {
    await start('github');
    await fixture.start({
      ...{ sourceUrl: SOURCES.github, trigger: 'pull_request', commit: COMMIT },
      pullRequest: {
        ...{ number: 1, url: 'https://gh.example/acme/models/pull/1' },
        ...{ sourceBranch: 'x', targetBranch: 'scratch' },
      },
    });
    await reporter.check();
    const [push, request] = asked.map(
      ({ body }) => (body as { context: string }).context,
    );
    expect(request).toBe(`${push} (pull request into scratch)`);
  });

  it('says how the gates were judged', async () => {
    const id = await start('github');
    await db('stages').insert({
      ...{ id: 's', run_id: id, name: 'train', position: 0, status: 'failed' },
      finished_at: now.toISOString(),
    });
    const why = formatReason(quoted('It was judged'));
    const gate = { run_id: id, stage_id: 's', max: 1, reason: why };
    await db('gate_results').insert([
      { ...gate, position: 0, metric: 'rmse', verdict: 'fail' },
      { ...gate, position: 1, metric: 'mae', verdict: 'pass' },
    ]);
    await end(id, 'failed');
    await reporter.check();
    expect(asked[0].body).toMatchObject({
      description: 'Run 1 failed; 1 of 2 gates passed, rmse failed',
    });
  });

  it('is cut where a metric has a long name, and never within a character', async () => {
    for (const [index, first] of ['', 'a'].entries()) {
      const id = await start('github');
      await db('stages').insert({
        ...{ id, run_id: id, name: `s${index}`, position: 0, status: 'failed' },
        finished_at: now.toISOString(),
      });
      await db('gate_results').insert({
        ...{ run_id: id, stage_id: id, max: 1, position: 0, verdict: 'fail' },
        reason: formatReason(quoted('It was judged')),
        metric: `${first}${'🐈'.repeat(100)}`,
      });
      await end(id, 'failed');
    }
    await reporter.check();
    const descriptions = asked.map(({ body }) => `${Object(body).description}`);
    expect(descriptions.map(own => own.length).sort()).toEqual([139, 140]);
    // Throws where half of a character is left.
    descriptions.forEach(own => encodeURIComponent(own));
  });

  it('is tried again, later each time, while the host does not answer', async () => {
    const id = await start('github');
    status = 502;
    await reporter.check();
    await reporter.check();
    expect(asked).toHaveLength(1);
    expect(await problemOf(id)).toMatchObject({
      code: 'commitStatus.triedAgain',
    });
    now = new Date(now.getTime() + 31_000);
    await reporter.check();
    now = new Date(now.getTime() + 31_000);
    await reporter.check();
    expect(asked).toHaveLength(2);
    status = 201;
    now = new Date(now.getTime() + 31_000);
    await reporter.check();
    expect(asked).toHaveLength(3);
    expect(await problemOf(id)).toBeUndefined();
    expect((await fixture.runs.get(id)).status).toBe('queued');
  });

  it('is given up where the host refuses it, which the run shows', async () => {
    const id = await start('github');
    status = 403;
    await reporter.check();
    await end(id, 'succeeded');
    now = new Date(now.getTime() + 3_600_000);
    await reporter.check();
    expect(asked).toHaveLength(1);
    const problem = await problemOf(id);
    expect(problem?.code).toBe('commitStatus.refused');
    expect(problem?.text).toContain('403');
    expect(problem?.text).not.toContain('t1');
  });

  it.each([
    ['retry-after', '60'],
    ['x-ratelimit-remaining', '0'],
  ])(
    'is tried again where GitHub asks for patience with %s: %s',
    async (header, value) => {
      const id = await start('github');
      status = 403;
      headers = { [header]: value };
      await reporter.check();
      expect((await problemOf(id))?.code).toBe('commitStatus.triedAgain');
      status = 201;
      now = new Date(now.getTime() + 31_000);
      await reporter.check();
      expect(asked).toHaveLength(2);
      expect(await problemOf(id)).toBeUndefined();
    },
  );

  it('is written to the end where GitLab has it running already', async () => {
    await start('gitlab');
    const second = await start('gitlab');
    status = 400;
    await reporter.check();
    expect(await problemOf(second)).toBeUndefined();
    status = 201;
    await end(second, 'failed');
    await reporter.check();
    expect(asked.at(-1)?.body).toMatchObject({
      state: 'failed',
      description: 'Run 2 failed',
    });
  });

  it('says what is missing where no API of the host is configured', async () => {
    const id = await start('withoutApi');
    await reporter.check();
    expect(await problemOf(id)).toMatchObject({
      code: 'commitStatus.refused',
      text: expect.stringContaining(
        'integrations.github of raw.example has no apiBaseUrl',
      ),
    });
  });

  it('of one run whose host gives no token keeps no other back', async () => {
    const id = await start('github');
    await start('gitlab');
    jest
      .spyOn(DefaultGithubCredentialsProvider, 'fromIntegrations')
      .mockReturnValue({
        getCredentials: () => new Promise(() => {}),
      } as unknown as DefaultGithubCredentialsProvider);
    await new StatusReporter({ ...options, timeout: 2_000 }).check();
    expect(asked).toHaveLength(1);
    expect((await problemOf(id))?.code).toBe('commitStatus.triedAgain');
  });

  it('of one run that its host refuses keeps no other back', async () => {
    await start('github');
    await start('gitlab');
    status = 500;
    await reporter.check();
    expect(asked).toHaveLength(2);
  });

  it('is of no interest to the portal’s own host, of old runs, and of runs that people start', async () => {
    await start('embedded');
    await start('github', 'manual');
    const old = await start('github');
    await db('runs')
      .where({ id: old })
      .update({ created_at: '2026-01-01T00:00:00.000Z' });
    await reporter.check();
    expect(asked).toEqual([]);
  });
});
