import request from 'supertest';
import { createTestDatabases } from '../database/testDatabase';
import { TestPortal } from './testing/TestPortal';

const databases = createTestDatabases();
const PATH = '/api/model-ci/pipelines/default/mine';
const REF = 'modelpipeline:default/mine';

describe.each(databases.ids)(
  'a name with the runs of another source on %s',
  id => {
    let portal: TestPortal;

    beforeAll(async () => {
      portal = await TestPortal.start({ db: await databases.init(id) });
      // As another team left it, long ago.
      await request(portal.server).get(PATH);
      await request(portal.server).post(`${PATH}/runs`).send({});
      await portal.db('pipelines').where('ref', REF).update({
        owner_ref: 'group:default/before',
        source_identity: 'https://github.com/before/mine /',
        source_url: 'https://github.com/before/mine/tree/main/',
      });
    }, 60_000);

    afterAll(() => portal?.stop());

    beforeEach(() => portal.policy.reset());

    it('starts and retries no runs, and says why', async () => {
      const refused = await request(portal.server)
        .post(`${PATH}/runs`)
        .send({});
      expect([refused.status, refused.body.error.message]).toEqual([
        409,
        expect.stringContaining('takes the name over'),
      ]);
      // Pages say it in the language of the reader.
      expect(refused.body.error.reason).toMatchObject({
        code: 'error.claimed',
        parameters: { pipeline: REF },
      });
      const [{ id: runId }] = await portal.db('runs').select('id');
      const retry = await request(portal.server)
        .post(`/api/model-ci/runs/${runId}/retry`)
        .send({});
      expect(retry.status).toBe(409);
      const { body } = await request(portal.server).get(PATH);
      expect(body).toMatchObject({
        owner: 'group:default/before',
        sourceProblem: { text: expect.stringContaining('takes the name over') },
      });
    });

    it.each([
      ['get', ''],
      ['get', '/versions'],
      ['get', '/evaluations'],
      ['post', '/runs'],
      ['post', '/deployments'],
    ] as const)(
      'says to its new owner, who may not see what is kept under the name, what to do (%s %s)',
      async (method, path) => {
        portal.policy.denied = ['model-ci.pipeline.read'];
        const ask = () =>
          request(portal.server)
            [method](PATH + path)
            .send(
              path === '/deployments'
                ? { version: 1, environment: 'staging' }
                : {},
            );
        portal.policy.groups = ['group:default/ml'];
        const answer = await ask();
        expect([answer.status, answer.body.error.message]).toEqual([
          403,
          expect.stringContaining('takes the name over'),
        ]);
        expect(answer.body.error.message).not.toContain('github.com/before');

        portal.policy.groups = [];
        const stranger = await ask();
        expect([stranger.status, stranger.body.error.message]).toEqual([
          403,
          `You lack the permission 'model-ci.pipeline.read' for '${REF}'`,
        ]);
      },
    );

    it('is given away by administrators alone, for a reason, which the auditor records', async () => {
      const takeOver = (body: object) =>
        request(portal.server).post(`${PATH}/takeover`).send(body);
      expect((await takeOver({})).status).toBe(400);
      expect((await takeOver({ reason: ' ' })).status).toBe(400);

      portal.policy.denied = ['model-ci.administer'];
      expect((await takeOver({ reason: 'mine' })).status).toBe(403);
      expect(portal.audit.at(-1)).toMatchObject({
        id: 'pipeline-takeover',
        outcome: 'failure',
      });

      portal.policy.reset();
      const { status, body } = await takeOver({ reason: 'the team moved' });
      expect([status, body]).toEqual([
        200,
        expect.objectContaining({ owner: 'group:default/ml' }),
      ]);
      expect(body).not.toHaveProperty('sourceProblem');
      expect(portal.audit.at(-1)).toMatchObject({
        id: 'pipeline-takeover',
        meta: { pipelineRef: REF, reason: 'the team moved' },
        outcome: 'success',
      });
      const run = await request(portal.server).post(`${PATH}/runs`).send({});
      expect([run.status, run.body.number]).toEqual([201, 2]);
      expect((await takeOver({ reason: 'again' })).status).toBe(409);
    });
  },
);
