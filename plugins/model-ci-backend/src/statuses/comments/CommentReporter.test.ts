import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import type { Knex } from 'knex';
import {
  formatReason,
  reason,
  type GateDetail,
} from '@model-ci/backstage-plugin-model-ci-common';
import { listGateResults } from '../../database/operations/evaluations/listGateResults';
import { createTestDatabases } from '../../database/testDatabase';
import { countWork } from '../../engine/testing/countWork';
import {
  createEngines,
  pipelineOf,
  TEST_PIPELINE,
} from '../../engine/testing/createEngines';
import { CommentReporter } from './CommentReporter';
import { CodeHosts, type Host } from './testing/CodeHosts';

const databases = createTestDatabases();
const COMMIT = 'abcdef0123'.repeat(4);
const SOURCES: Record<Host, string> = {
  github: 'https://gh.example/acme/models/tree/main/',
  gitlab: 'https://gl.example/acme/models/-/tree/main/',
  gitea: 'https://gt.example/acme/models/src/branch/main/',
  bitbucket: 'https://bitbucket.org/acme/models/src/main/',
};
const EMBEDDED = 'https://portal.example/api/model-ci-git/a.git/raw/main/';

describe.each(databases.ids)('The comment on a request on %s', databaseId => {
  const hosts = new CodeHosts();
  const embedded: Array<{ number: number; text: string }> = [];
  let base: string;
  let now: Date;
  let db: Knex;
  let fixture: ReturnType<typeof createEngines>;
  let reporter: CommentReporter;

  beforeAll(async () => {
    base = await hosts.start();
  });
  afterAll(() => hosts.stop());

  beforeEach(async () => {
    hosts.reset();
    embedded.length = 0;
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
    reporter = new CommentReporter({
      ...{ db, logger: mockServices.logger.mock(), now: () => now },
      appUrl: 'https://portal.example',
      integrations: ScmIntegrations.fromConfig(
        new ConfigReader({
          integrations: {
            github: [{ host: 'gh.example', apiBaseUrl: base, token: 't1' }],
            gitlab: [
              {
                ...{ host: 'gl.example', baseUrl: 'https://gl.example' },
                ...{ apiBaseUrl: base, token: 't2' },
              },
            ],
            gitea: [{ host: 'gt.example', baseUrl: base, password: 't3' }],
            bitbucketCloud: [{ username: 'u', token: 't4' }],
          },
        }),
      ),
      getRun: id => fixture.runs.get(id),
      embedded: {
        write: async ({ number, sourceUrl, text }) => {
          const isOwn = sourceUrl === EMBEDDED;
          if (isOwn) {
            embedded.push({ number, text });
          }
          return isOwn;
        },
      },
    });
  });
  afterEach(() => jest.restoreAllMocks());

  const start = async (
    sourceUrl: string,
    number = 7,
    pipelineRef = TEST_PIPELINE,
  ) =>
    await fixture.start({
      ...{ pipelineRef, sourceUrl, trigger: 'pull_request', commit: COMMIT },
      pullRequest: {
        ...{ number, url: `https://host.example/${number}` },
        ...{ sourceBranch: 'x', targetBranch: 'main' },
      },
    });
  const end = async (id: string, ended: string) =>
    await db('runs').where({ id }).update({
      status: ended,
      started_at: now.toISOString(),
      finished_at: now.toISOString(),
    });
  const wait = () => {
    now = new Date(now.getTime() + 31_000);
  };
  const judge = async (
    id: string,
    gate: { metric: string; value: number; verdict: string },
    detail: GateDetail & { demand: object },
  ) => {
    await db('stages').where({ run_id: id }).delete();
    await db('stages').insert({
      ...{ id: id, run_id: id, name: 'train', position: 0 },
      ...{ status: 'failed', finished_at: now.toISOString() },
    });
    await db('gate_results').insert({
      ...{ run_id: id, stage_id: id, position: 0, ...gate },
      reason: formatReason(
        reason('gate.worse', {
          ...{ subject: gate.metric, baseline: 'champion (version 1)' },
          ...{ margin: { number: 0.01 }, difference: '0.06 worse' },
          interval: '0.074 worse to 0.045 worse',
        }),
      ),
      detail: JSON.stringify(detail),
    });
    await end(id, 'failed');
  };
  /** Results of gates as `getRun` of the whole plugin has them. */
  const withGates = () => {
    const { get } = fixture.runs;
    jest.spyOn(fixture.runs, 'get').mockImplementation(async id => {
      const run = await get.call(fixture.runs, id);
      const gates = await listGateResults(db, { runIds: [id] });
      return {
        ...run,
        stages: run.stages.map(stage => ({ ...stage, gates })),
      };
    });
  };

  it.each(['github', 'gitlab', 'gitea', 'bitbucket'] as const)(
    'is added once on %s, and edited as its runs change',
    async host => {
      hosts.say(host, 'What is this about?');
      const first = await start(SOURCES[host]);
      await reporter.check();
      await reporter.check();
      const [, comment, ...others] = hosts.of(host);
      expect(others).toEqual([]);
      expect(comment.text).toMatch(/^\[\/\/\]: # \(model-ci [0-9a-f]{32}\)\n/);
      expect(comment.text).toContain(
        `[run 1](https://portal.example/model-ci/runs/${first}) of commit \`abcdef01\` has not ended yet`,
      );
      await end(first, 'cancelled');
      const second = await start(SOURCES[host]);
      await end(second, 'succeeded');
      await reporter.check();
      expect(hosts.of(host)).toHaveLength(2);
      expect(hosts.of(host)[1].text).toContain(
        `${second}) of commit \`abcdef01\` succeeded`,
      );
      expect(hosts.of(host)[1].text).not.toContain(first);
      // One call showed both runs.
      expect(hosts.calls).toHaveLength(2);
    },
  );

  it.each(['github', 'gitlab', 'gitea', 'bitbucket'] as const)(
    'is found again on %s where its answer was lost',
    async host => {
      for (let count = 0; count < 60; count++) {
        hosts.say(host, `Comment ${count}`);
      }
      const id = await start(SOURCES[host]);
      hosts.refusal = { status: 502, isDone: true };
      await reporter.check();
      expect((await fixture.runs.get(id)).commentProblem).toMatchObject({
        code: 'comment.triedAgain',
      });
      hosts.refusal = undefined;
      wait();
      await end(id, 'succeeded');
      await reporter.check();
      expect(hosts.of(host)).toHaveLength(61);
      expect(hosts.of(host).at(-1)?.text).toContain('succeeded');
      expect((await fixture.runs.get(id)).commentProblem).toBeUndefined();
    },
  );

  it('is added anew where somebody has deleted it', async () => {
    const id = await start(SOURCES.bitbucket);
    await reporter.check();
    hosts.of('bitbucket')[0].deleted = true;
    await end(id, 'succeeded');
    await reporter.check();
    expect(hosts.of('bitbucket')).toHaveLength(2);
  });

  it('that its host refuses is given up, and tried with the next run', async () => {
    const id = await start(SOURCES.gitea);
    hosts.refusal = { status: 403, isDone: false };
    await reporter.check();
    wait();
    await reporter.check();
    expect(hosts.calls).toHaveLength(1);
    expect((await fixture.runs.get(id)).commentProblem).toMatchObject({
      ...{ code: 'comment.refused', text: expect.stringContaining('403') },
    });
    hosts.refusal = undefined;
    await start(SOURCES.gitea);
    await reporter.check();
    expect(hosts.of('gitea')).toHaveLength(1);
  });

  it('shows what each gate measured, compared with and found, and why it refuses', async () => {
    withGates();
    const id = await start(SOURCES.github);
    await judge(
      id,
      { metric: 'accuracy', value: 0.74, verdict: 'fail' },
      {
        demand: { baseline: 'champion', margin: 0.01, confidence: 0.95 },
        estimate: -0.06,
        interval: { lower: -0.0740123, upper: -0.0450456 },
        examples: 1000,
        baseline: { name: 'champion', version: 1, value: 0.8 },
      },
    );
    await reporter.check();
    const [{ text }] = hosts.of('github');
    expect(text).toContain(
      '| accuracy | 0.74 | 0.8 (champion, version 1) | −0.06 | −0.074 to −0.045 better at 95 % | **Failed** | 1000 |',
    );
    expect(text).toMatch(
      /\*\*Refused because\*\*\n\n- accuracy is worse than champion .* interval of 0.074 worse to 0.045 worse/,
    );
  });

  it('compares limits with the newest version of the target branch', async () => {
    withGates();
    const main = await fixture.start({
      ...{ sourceUrl: SOURCES.github, ref: 'main', trigger: 'push' },
    });
    await db('model_versions').insert({
      ...{ pipeline_ref: 'modelpipeline:default/house-price', version: 3 },
      ...{ run_id: main, created_by: 'user:default/ann' },
      created_at: now.toISOString(),
    });
    await judge(
      main,
      { metric: 'rmse', value: 20, verdict: 'pass' },
      { demand: { max: 30 } },
    );
    await db('attempts').insert({
      ...{ id: 'a', stage_id: main, run_id: main, number: 1 },
      ...{ status: 'succeeded', executor: 'process', node_selector: '{}' },
      ...{ cpus: 1, memory_bytes: 1, gpus: 0, timeout_seconds: 1 },
      ...{ created_at: now.toISOString(), finished_at: now.toISOString() },
    });
    await db('evaluations').insert({
      ...{ pipeline_ref: 'modelpipeline:default/house-price', run_id: main },
      ...{ attempt_id: 'a', stage: 'train', metric: 'rmse', dataset: '' },
      ...{ environment: '', instance: '', slice: '', value: 20 },
      created_at: now.toISOString(),
    });
    const id = await start(SOURCES.github);
    await judge(
      id,
      { metric: 'rmse', value: 35, verdict: 'fail' },
      { demand: { max: 30 } },
    );
    await reporter.check();
    expect(hosts.of('github')[0].text).toContain(
      '| rmse | 35 | 20 (main, version 3) | +15 | – | **Failed** | – |',
    );
  });

  it('of a name that says more than a name says nothing else', async () => {
    withGates();
    const id = await start(SOURCES.gitlab);
    await judge(
      id,
      {
        metric:
          'a | b\n/close\n@team <img src=x> ![x](https://evil.example) `c` #1 !2 www.evil.example',
        value: 1,
        verdict: 'fail',
      },
      { demand: { max: 0 } },
    );
    await reporter.check();
    const [{ text }] = hosts.of('gitlab');
    const rest = text.split('\n').slice(1).join('\n');
    expect(rest).not.toMatch(
      /@team|<img|!\[|\]\(https:\/\/evil|`c`|#1 |!2|www\.|^\/close/m,
    );
    const row = rest.split('\n').find(line => line.includes('close'));
    const table = rest.split('\n').filter(line => line.startsWith('| a'));
    expect(row).toBeDefined();
    expect(table).toHaveLength(1);
    expect(table[0].split('|')).toHaveLength(9);
  });

  it('shows its runs however many requests of its number others have opened since', async () => {
    const id = await start(SOURCES.github);
    const other = await start(SOURCES.gitlab, 7, 'modelpipeline:default/other');
    const { id: _, ...row } = await db('runs').where({ id: other }).first();
    const later = new Date(now.getTime() + 60_000).toISOString();
    await db.batchInsert(
      'runs',
      Array.from({ length: 600 }, (__, index) => ({
        ...row,
        id: `later-${index}`,
        number: row.number + 1 + index,
        created_at: later,
      })),
      50,
    );
    await reporter.check();
    expect(hosts.of('github')[0].text).toContain(id);
  });

  it('is shorter than every host takes it', async () => {
    withGates();
    const id = await start(SOURCES.gitlab);
    await judge(
      id,
      { metric: '|'.repeat(200), value: 1, verdict: 'fail' },
      { demand: { max: 0 } },
    );
    const [row] = await db('gate_results');
    for (let position = 1; position < 60; position++) {
      await db('gate_results').insert({ ...row, id: undefined, position });
    }
    await reporter.check();
    const [{ text }] = hosts.of('gitlab');
    expect(text.length).toBeLessThan(32_000);
    expect(text).toContain('The rest is on the pages of the runs.');
  });

  it('of a request with many pipelines is put together once, whatever has changed', async () => {
    const get = jest.spyOn(fixture.runs, 'get');
    const check = () => countWork(db, () => reporter.check());
    const works: Array<{ queries: number; shown: number }> = [];
    for (const [number, count] of [
      [7, 1],
      [8, 6],
    ]) {
      for (let index = 0; index < count; index++) {
        await start(SOURCES.github, number, `modelpipeline:default/p${index}`);
      }
      get.mockClear();
      const { queries } = await check();
      works.push({ queries, shown: get.mock.calls.length });
    }
    expect(works.map(({ shown }) => shown)).toEqual([1, 6]);
    // Each pipeline costs as much as the one of the first request, or less.
    expect(works[1].queries).toBeLessThanOrEqual(6 * works[0].queries);
    expect(hosts.of('github')).toHaveLength(2);
    expect(hosts.calls).toHaveLength(2);
  });

  it('is kept by the portal’s own host, and shows no request of the same number elsewhere', async () => {
    await start(SOURCES.github);
    const id = await start(EMBEDDED);
    await reporter.check();
    expect(embedded).toEqual([{ number: 7, text: expect.any(String) }]);
    expect(embedded[0].text).toContain(id);
    expect(hosts.of('github')).toHaveLength(1);
    expect(hosts.of('github')[0].text).not.toContain(id);
    await reporter.check();
    expect(embedded).toHaveLength(1);
  });
});
