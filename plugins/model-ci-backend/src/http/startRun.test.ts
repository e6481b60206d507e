import request from 'supertest';
import { createTestDatabases } from '../database/testDatabase';
import { HEAD } from './testing/createUrlReader';
import { TestPortal } from './testing/TestPortal';

const databases = createTestDatabases();
const PATH = '/api/model-ci/pipelines/default/mine/runs';
const REPOSITORY = 'https://github.com/example/mine';
const OTHER = 'b'.repeat(40);

describe.each(databases.ids)('asking for a run on %s', id => {
  let portal: TestPortal;

  beforeAll(async () => {
    portal = await TestPortal.start({ db: await databases.init(id) });
  }, 60_000);

  afterAll(() => portal?.stop());

  beforeEach(() => {
    portal.policy.reset();
    portal.codeHost.broken = false;
    portal.codeHost.asked.length = 0;
  });

  const post = (body: object) => request(portal.server).post(PATH).send(body);
  const countRuns = async () =>
    Number((await portal.db('runs').count({ count: '*' }))[0].count);

  it.each([
    [{}, { branch: 'main' }],
    [{ ref: 'main' }, { branch: 'main' }],
    [{ ref: 'main', commit: HEAD }, { branch: 'main' }],
    [{ commit: HEAD }, {}],
  ])(
    'with %j hands the commit and its subject to the run',
    async (body, at) => {
      const response = await post(body);
      expect([response.status, response.body]).toEqual([
        201,
        expect.objectContaining({
          ...at,
          commit: HEAD,
          commitMessage: 'Fit the line',
        }),
      ]);
      expect(portal.codeHost.asked).toHaveLength(1);
    },
  );

  it.each([
    [{ ref: 'nope' }, "'ref'", "'nope'"],
    [{ ref: 'nope', commit: HEAD }, "'ref'", "'nope'"],
    [{ ref: 'a/../b' }, "'a/../b'", 'is not the name of a branch'],
    [{ commit: OTHER }, "'commit'", OTHER],
  ])(
    'refuses %j, which the code host does not have',
    async (body, field, value) => {
      const before = await countRuns();
      const { status, body: answer } = await post(body);
      expect([status, answer.error?.name]).toEqual([400, 'InputError']);
      expect(answer.error.message).toContain(field);
      expect(answer.error.message).toContain(value);
      expect(await countRuns()).toBe(before);
      expect(portal.audit.at(-1)).toMatchObject({
        id: 'run-start',
        outcome: 'failure',
      });
    },
  );

  it('names the repository and what can be done', async () => {
    const { body } = await post({ ref: 'nope' });
    expect(body.error.message).toBe(
      `Invalid body: 'ref': ${REPOSITORY} has no branch, tag or commit 'nope'; correct the name, or push it first, and check that the integration of app-config for github.com may read the repository`,
    );
  });

  it('refuses a repository whose default branch is gone', async () => {
    portal.codeHost.refs.delete('main');
    const { status, body } = await post({});
    portal.codeHost.refs.set('main', HEAD);
    expect(status).toBe(409);
    expect(body.error.message).toContain(REPOSITORY);
  });

  it('loses no run while the code host cannot be reached', async () => {
    portal.codeHost.broken = true;
    const byBranch = await post({ ref: 'main' });
    expect([byBranch.status, byBranch.body]).toEqual([
      201,
      expect.objectContaining({ status: 'queued', branch: 'main' }),
    ]);
    const byCommit = await post({ commit: OTHER });
    expect([byCommit.status, byCommit.body.commit]).toEqual([201, OTHER]);
    // Whether both fit together could not be known later without losing one of them.
    const both = await post({ ref: 'main', commit: HEAD });
    expect([both.status, both.body.error.name]).toEqual([
      503,
      'ServiceUnavailableError',
    ]);
  });

  it('answers the same request again with the same run, also when its branch has gone', async () => {
    portal.codeHost.refs.set('short-lived', OTHER);
    const body = { ref: 'short-lived', idempotencyKey: 'once' };
    const first = await post(body);
    portal.codeHost.refs.delete('short-lived');
    const second = await post(body);
    expect([second.status, second.body.id]).toEqual([201, first.body.id]);
    expect(first.body).toMatchObject({ commit: OTHER, branch: 'short-lived' });
  });

  it('asks no code host for somebody who may not run the pipeline', async () => {
    portal.policy.denied = ['model-ci.pipeline.run'];
    expect((await post({ ref: 'main' })).status).toBe(403);
    expect(portal.codeHost.asked).toEqual([]);
  });
});
