import { mockCredentials } from '@backstage/backend-test-utils';
import request from 'supertest';
import { createTestDatabases } from '../database/testDatabase';
import { type Example, insertExample } from './testing/insertExamples';
import { HEAD } from './testing/createUrlReader';
import { TestPortal } from './testing/TestPortal';

const databases = createTestDatabases();

interface RouteCase {
  method: 'get' | 'post' | 'put' | 'delete';
  /** Below /api/model-ci, for the pipeline of an example. */
  path: (example: Example) => string;
  body?: object;
  /** Permissions that it needs besides read; `administer` and `invoke` stand for themselves. */
  needs?: string;
  /** Status when everything is allowed. */
  status: number;
  /** Status for who may not read the pipeline. */
  hidden: number;
  /** Event of the auditor. */
  event?: string;
  /** What it names, where that is no pipeline. */
  meta?: object;
}

const base = ({ pipelineRef }: Example) =>
  `/pipelines/default/${pipelineRef.split('/')[1]}`;

const ROUTES: Record<string, RouteCase> = {
  'a pipeline': { method: 'get', path: base, status: 200, hidden: 403 },
  'the parameters of a pipeline': {
    method: 'get',
    path: e => `${base(e)}/parameters`,
    needs: 'model-ci.pipeline.run',
    status: 200,
    hidden: 403,
  },
  'the runs of a pipeline': {
    method: 'get',
    path: e => `/runs?pipeline=${e.pipelineRef}`,
    status: 200,
    hidden: 403,
  },
  'the deliveries of a pipeline': {
    method: 'get',
    path: e => `${base(e)}/deliveries`,
    status: 200,
    hidden: 403,
  },
  'the schedules of a pipeline': {
    method: 'get',
    path: e => `${base(e)}/schedules`,
    status: 200,
    hidden: 403,
  },
  'a run': {
    method: 'get',
    path: e => `/runs/${e.runId}`,
    status: 200,
    hidden: 404,
  },
  'the GPUs of a run': {
    method: 'get',
    path: e => `/runs/${e.runId}/gpus`,
    status: 200,
    hidden: 404,
  },
  'a log': {
    method: 'get',
    path: e => `/runs/${e.runId}/stages/train/logs`,
    status: 200,
    hidden: 404,
  },
  'a range of a log': {
    method: 'get',
    path: e => `/runs/${e.runId}/stages/train/logs?offset=-20&limit=16`,
    status: 200,
    hidden: 404,
  },
  tests: {
    method: 'get',
    path: e => `/runs/${e.runId}/stages/train/tests`,
    status: 200,
    hidden: 404,
  },
  artifacts: {
    method: 'get',
    path: e => `/runs/${e.runId}/artifacts`,
    status: 200,
    hidden: 404,
  },
  'the bytes of an artifact': {
    method: 'get',
    path: e => `/artifacts/${e.digest}`,
    status: 200,
    hidden: 404,
  },
  'the files of an artifact': {
    method: 'get',
    path: e => `/artifacts/${e.digest}/files`,
    // What these tests store is no archive.
    status: 409,
    hidden: 404,
  },
  'a file of an artifact': {
    method: 'get',
    path: e => `/artifacts/${e.digest}/file?path=a`,
    status: 409,
    hidden: 404,
  },
  evaluations: {
    method: 'get',
    path: e => `${base(e)}/evaluations`,
    status: 200,
    hidden: 403,
  },
  versions: {
    method: 'get',
    path: e => `${base(e)}/versions`,
    status: 200,
    hidden: 403,
  },
  'a version': {
    method: 'get',
    path: e => `${base(e)}/versions/1`,
    status: 200,
    hidden: 403,
  },
  'a signed statement': {
    method: 'get',
    path: e => `${base(e)}/versions/1/provenance`,
    needs: 'model-ci.pipeline.read',
    // This portal has no key.
    status: 501,
    hidden: 403,
    event: 'statement-sign',
  },
  'a comparison': {
    method: 'get',
    path: e => `${base(e)}/compare?versions=1`,
    status: 200,
    hidden: 403,
  },
  'the examples of a gate': {
    method: 'get',
    path: e => `/runs/${e.runId}/stages/train/gates/examples?metric=rmse`,
    // No gate has judged it.
    status: 404,
    hidden: 404,
  },
  'the deployments of a pipeline': {
    method: 'get',
    path: e => `/deployments?pipeline=${e.pipelineRef}`,
    status: 200,
    hidden: 403,
  },
  'a deployment': {
    method: 'get',
    path: e => `/deployments/${e.deploymentId}`,
    status: 200,
    hidden: 404,
  },
  nodes: {
    method: 'get',
    path: () => '/nodes',
    needs: 'model-ci.administer',
    status: 200,
    hidden: 200,
  },
  'cordoning a node': {
    method: 'post',
    path: () => '/nodes/gpu-01/cordon',
    body: { reason: 'new driver' },
    needs: 'model-ci.administer',
    status: 200,
    hidden: 200,
    event: 'node-cordon',
    meta: { node: 'gpu-01', reason: 'new driver' },
  },
  'draining a node': {
    method: 'post',
    path: () => '/nodes/gpu-01/drain',
    body: { reason: 'new driver', timeoutSeconds: 60 },
    needs: 'model-ci.administer',
    status: 200,
    hidden: 200,
    event: 'node-drain',
    meta: { node: 'gpu-01', reason: 'new driver', timeoutSeconds: 60 },
  },
  'uncordoning a node': {
    method: 'post',
    path: () => '/nodes/gpu-02/uncordon',
    body: { reason: 'done' },
    needs: 'model-ci.administer',
    // It is not cordoned.
    status: 409,
    hidden: 409,
    event: 'node-uncordon',
    meta: { node: 'gpu-02', reason: 'done' },
  },
  'the queue': {
    method: 'get',
    path: () => '/queue',
    needs: 'model-ci.administer',
    status: 200,
    hidden: 200,
  },
  'an endpoint': {
    method: 'post',
    path: e =>
      `/endpoints/staging/default/${e.pipelineRef.split('/')[1]}/predict`,
    body: {},
    needs: 'model-ci.endpoint.invoke',
    // Nothing serves there.
    status: 503,
    hidden: 403,
  },
  'starting a run': {
    method: 'post',
    path: e => `${base(e)}/runs`,
    body: { commit: HEAD },
    needs: 'model-ci.pipeline.run',
    status: 201,
    hidden: 403,
    event: 'run-start',
  },
  'agreeing to a delivery': {
    method: 'post',
    path: e => `${base(e)}/deliveries/none/start`,
    needs: 'model-ci.pipeline.run',
    // There is none.
    status: 404,
    hidden: 403,
    event: 'delivery-start',
  },
  'pausing the schedules': {
    method: 'post',
    path: e => `${base(e)}/schedules/pause`,
    needs: 'model-ci.pipeline.run',
    status: 200,
    hidden: 403,
    event: 'schedules-pause',
  },
  'resuming the schedules': {
    method: 'post',
    path: e => `${base(e)}/schedules/resume`,
    needs: 'model-ci.pipeline.run',
    status: 200,
    hidden: 403,
    event: 'schedules-resume',
  },
  'cancelling a run': {
    method: 'post',
    path: e => `/runs/${e.runId}/cancel`,
    needs: 'model-ci.pipeline.cancel',
    // It has ended.
    status: 409,
    hidden: 404,
    event: 'run-cancel',
  },
  'retrying a run': {
    method: 'post',
    path: e => `/runs/${e.runId}/retry`,
    needs: 'model-ci.pipeline.run',
    // It has succeeded.
    status: 409,
    hidden: 404,
    event: 'run-retry',
  },
  'deciding about a stage': {
    method: 'post',
    path: e => `/runs/${e.runId}/stages/train/decision`,
    body: { decision: 'stop', reason: 'no' },
    needs: 'model-ci.stage.decide',
    // Nothing waits.
    status: 409,
    hidden: 404,
    event: 'stage-decide',
  },
  'giving an attempt up': {
    method: 'post',
    path: e => `/attempts/${e.attemptId}/give-up`,
    body: { reason: 'no disk' },
    needs: 'model-ci.pipeline.cancel',
    // It has ended.
    status: 409,
    hidden: 404,
    event: 'attempt-give-up',
  },
  'declaring an attempt lost': {
    method: 'post',
    path: e => `/attempts/${e.attemptId}/declare-lost`,
    body: { reason: 'burnt' },
    needs: 'model-ci.administer',
    // It has ended.
    status: 409,
    hidden: 404,
    event: 'attempt-declare-lost',
  },
  'moving an alias': {
    method: 'put',
    path: e => `${base(e)}/aliases/champion`,
    body: { version: 1 },
    needs: 'model-ci.pipeline.deploy',
    status: 200,
    hidden: 403,
    event: 'alias-move',
  },
  'removing an alias': {
    method: 'delete',
    path: e => `${base(e)}/aliases/candidate?reason=old`,
    needs: 'model-ci.pipeline.deploy',
    status: 204,
    hidden: 403,
    event: 'alias-remove',
  },
  'the aliases of a pipeline': {
    method: 'get',
    path: e => `${base(e)}/aliases`,
    status: 200,
    hidden: 403,
  },
  'the tokens of a pipeline': {
    method: 'get',
    path: e => `${base(e)}/tokens`,
    needs: 'model-ci.token.manage',
    status: 200,
    hidden: 403,
  },
  'making a token': {
    method: 'post',
    path: e => `${base(e)}/tokens`,
    body: { name: 'jenkins', actions: ['report'] },
    needs: 'model-ci.token.manage',
    status: 201,
    hidden: 403,
    event: 'token-create',
  },
  'revoking a token': {
    method: 'delete',
    path: e => `${base(e)}/tokens/none`,
    needs: 'model-ci.token.manage',
    // There is none.
    status: 404,
    hidden: 403,
    event: 'token-revoke',
  },
  'the caches of a pipeline': {
    method: 'get',
    path: e => `${base(e)}/caches`,
    needs: 'model-ci.pipeline.read',
    status: 200,
    hidden: 403,
  },
  'clearing caches': {
    method: 'delete',
    path: e => `${base(e)}/caches`,
    needs: 'model-ci.pipeline.run',
    status: 204,
    hidden: 403,
    event: 'caches-clear',
  },
  'the secrets of a pipeline': {
    method: 'get',
    path: e => `${base(e)}/secrets`,
    needs: 'model-ci.secret.read',
    status: 200,
    hidden: 403,
  },
  'setting a secret': {
    method: 'put',
    path: e => `${base(e)}/secrets/TOKEN`,
    body: { scope: 'pipeline', value: 'a long enough value' },
    needs: 'model-ci.secret.write',
    // This portal has no key.
    status: 409,
    hidden: 403,
    event: 'secret-set',
  },
  'deleting a secret': {
    method: 'delete',
    path: e => `${base(e)}/secrets/TOKEN?scope=pipeline`,
    needs: 'model-ci.secret.write',
    // There is none.
    status: 404,
    hidden: 403,
    event: 'secret-delete',
  },
  'encrypting secrets anew': {
    method: 'post',
    path: () => '/secrets/reencrypt',
    needs: 'model-ci.administer',
    // This portal has no key.
    status: 409,
    hidden: 409,
    event: 'secrets-reencrypt',
    meta: {},
  },
  deploying: {
    method: 'post',
    path: e => `${base(e)}/deployments`,
    body: { version: 1, environment: 'staging' },
    needs: 'model-ci.pipeline.deploy',
    // No executor of these tests hosts services.
    status: 409,
    hidden: 403,
    event: 'deployment-create',
  },
  'rolling back': {
    method: 'post',
    path: e => `/deployments/${e.deploymentId}/rollback`,
    needs: 'model-ci.pipeline.deploy',
    // It never served.
    status: 409,
    hidden: 404,
    event: 'deployment-rollback',
  },
  'stopping a deployment': {
    method: 'post',
    path: e => `/deployments/${e.deploymentId}/stop`,
    needs: 'model-ci.pipeline.deploy',
    // It has ended.
    status: 409,
    hidden: 404,
    event: 'deployment-stop',
  },
};
const routes = Object.entries(ROUTES);

describe.each(databases.ids)('access to the HTTP interface on %s', id => {
  let portal: TestPortal;
  let mine: Example;
  let other: Example;

  beforeAll(async () => {
    portal = await TestPortal.start({ db: await databases.init(id) });
    const insert = (name: string) =>
      insertExample(portal.db, portal.artifactDirectory, {
        pipelineRef: `modelpipeline:default/${name}`,
        artifact: `bytes of ${name}`,
      });
    mine = await insert('mine');
    other = await insert('other');
    await portal.db('nodes').insert(
      ['gpu-01', 'gpu-02'].map(name => ({
        name,
        executor: 'docker',
        scheduling: 'portal',
        info: JSON.stringify({
          labels: {},
          capacity: { cpus: 4, memoryBytes: 0, gpus: 1 },
        }),
        seen_at: new Date().toISOString(),
      })),
    );
  }, 60_000);

  afterAll(() => portal?.stop());

  beforeEach(() => {
    portal.policy.reset();
    portal.audit.length = 0;
  });

  const send = (route: RouteCase, example: Example) =>
    request(portal.server)
      [route.method](`/api/model-ci${route.path(example)}`)
      .send(route.method === 'get' ? undefined : route.body ?? {});

  it.each(routes)('answers %s when everything is allowed', async (_, route) => {
    const response = await send(route, mine);
    expect([response.status, 'error' in response.body]).toEqual([
      route.status,
      route.status >= 400,
    ]);
  });

  it.each(routes)('wants credentials for %s', async (_, route) => {
    const response = await send(route, mine).set(
      'Authorization',
      mockCredentials.none.header(),
    );
    expect(response.status).toBe(401);
  });

  it.each(routes)('refuses %s to who may not read', async (_, route) => {
    portal.policy.denied = ['model-ci.pipeline.read'];
    if (route.needs === 'model-ci.endpoint.invoke') {
      portal.policy.denied.push('model-ci.endpoint.invoke');
    }
    const response = await send(route, mine);
    expect(response.status).toBe(route.hidden);
  });

  it.each(routes)(
    'restricts %s to the pipelines of some owners',
    async (_, route) => {
      portal.policy.owners = ['group:default/ml'];
      expect((await send(route, mine)).status).not.toBe(403);
      // Of its own there may be nothing, either.
      const refused = route.status === 404 ? 403 : 404;
      expect((await send(route, mine)).status).not.toBe(refused);
      expect((await send(route, other)).status).toBe(route.hidden);
    },
  );

  it.each(routes)(
    'answers who may not read the same of %s whether it exists',
    async (_, route) => {
      portal.policy.owners = ['group:default/ml'];
      const none: Example = {
        pipelineRef: 'modelpipeline:default/other0',
        runId: 'run-other0',
        attemptId: 'attempt-other0',
        deploymentId: 'deployment-other0',
        digest: `sha256:${'0'.repeat(64)}`,
      };
      const [existing, missing] = [
        await send(route, other),
        await send(route, none),
      ];
      const message = (response: request.Response, example: Example) =>
        JSON.stringify(response.body.error ?? {})
          .split(example.digest)
          .join('')
          .split(example.pipelineRef.split('/')[1])
          .join('');
      expect(missing.status).toBe(existing.status);
      expect(message(missing, none)).toBe(message(existing, other));
    },
  );

  it.each(routes.filter(([, { needs }]) => needs))(
    'refuses %s to who lacks the permission for it, and says which',
    async (_, route) => {
      portal.policy.denied = [route.needs ?? ''];
      const response = await send(route, mine);
      expect(response.status).toBe(403);
      expect(response.body.error).toMatchObject({
        name: 'NotAllowedError',
        message: expect.stringContaining(route.needs ?? ''),
      });
    },
  );

  it.each(routes.filter(([, { event }]) => event))(
    'records %s with the auditor, refused or not',
    async (_, route) => {
      await send(route, mine);
      portal.policy.denied = [route.needs ?? ''];
      await send(route, mine);
      expect(portal.audit).toEqual([
        expect.objectContaining({
          id: route.event,
          severity: 'medium',
          outcome: route.status < 400 ? 'success' : 'failure',
          meta: expect.objectContaining(
            route.meta ?? { pipelineRef: mine.pipelineRef },
          ),
        }),
        expect.objectContaining({
          id: route.event,
          outcome: 'failure',
          error: 'NotAllowedError',
          meta: expect.objectContaining(
            route.meta ?? { pipelineRef: mine.pipelineRef },
          ),
        }),
      ]);
    },
  );

  it.each(routes.filter(([, { event, body }]) => event && body))(
    'records %s with the auditor where the request is invalid',
    async (_, route) => {
      await request(portal.server)
        [route.method](`/api/model-ci${route.path(mine)}`)
        .send({ unknown: 1 });
      expect(portal.audit).toEqual([
        expect.objectContaining({
          id: route.event,
          outcome: 'failure',
          error: 'InputError',
        }),
      ]);
    },
  );

  it('records who takes artifacts and logs away, and who is refused them', async () => {
    const read = async () => {
      await send(ROUTES['the bytes of an artifact'], mine);
      await send(ROUTES['a log'], mine);
      await send(ROUTES['a range of a log'], mine);
    };
    await read();
    portal.policy.denied = ['model-ci.pipeline.read'];
    await read();
    const event = (name: string, outcome: string) =>
      expect.objectContaining({
        id: name,
        severity: 'low',
        outcome,
        meta: expect.objectContaining({ by: 'user:default/mock' }),
      });
    expect(portal.audit).toEqual([
      event('artifact-read', 'success'),
      event('log-read', 'success'),
      event('artifact-read', 'failure'),
      event('log-read', 'failure'),
    ]);
  });

  it('makes whoever reads a watcher of what it read, and nobody else', async () => {
    const watched = () =>
      portal.db('watchers').distinct('scope').orderBy('scope').pluck('scope');
    await portal.db('watchers').delete();
    portal.policy.denied = ['model-ci.pipeline.read'];
    await send(ROUTES['a run'], other);
    await send(ROUTES['a pipeline'], other);
    expect(await watched()).toEqual([]);
  });

  it.each(['/pipelines', '/runs', '/deployments'])(
    'lists of %s only what the caller may read',
    async path => {
      const list = async () => {
        const { body, status } = await request(portal.server).get(
          `/api/model-ci${path}`,
        );
        return status === 200
          ? [
              ...new Set(body.items.map((item: Example) => item.pipelineRef)),
            ].sort()
          : status;
      };
      expect(await list()).toEqual([mine.pipelineRef, other.pipelineRef]);
      portal.policy.owners = ['group:default/ml'];
      expect(await list()).toEqual([mine.pipelineRef]);
      portal.policy.owners = ['GROUP:default/Risk'];
      expect(await list()).toEqual([other.pipelineRef]);
      portal.policy.owners = [];
      expect(await list()).toEqual([]);
      portal.policy.denied = ['model-ci.pipeline.read'];
      expect(await list()).toBe(403);
    },
  );

  it.each(['/pipelines', '/runs', '/deployments'])(
    'keeps filters of %s by owner within what the caller may read',
    async path => {
      const list = async (query: string) => {
        const { body } = await request(portal.server).get(
          `/api/model-ci${path}?${query}`,
        );
        return [
          ...new Set(body.items.map((item: Example) => item.pipelineRef)),
        ];
      };
      expect(await list('owner=group:default/risk')).toEqual([
        other.pipelineRef,
      ]);
      expect(await list(`q=${other.pipelineRef.split('/')[1]}`)).toEqual([
        other.pipelineRef,
      ]);
      expect(await list('owner=mine')).toEqual([]);
      portal.policy.groups = ['Group:default/ML'];
      expect(await list('owner=mine')).toEqual([mine.pipelineRef]);
      portal.policy.owners = ['group:default/ml'];
      expect(await list('owner=group:default/risk')).toEqual([]);
      expect(
        await list('owner=group:default/risk&owner=Group:default/ML'),
      ).toEqual([mine.pipelineRef]);
    },
  );

  it('decides conditions for the permission system', async () => {
    const decide = async (resourceRef: string) => {
      const { body } = await request(portal.server)
        .post(
          '/api/model-ci/.well-known/backstage/permissions/apply-conditions',
        )
        .set(
          'Authorization',
          mockCredentials.service.header({
            onBehalfOf: mockCredentials.service('plugin:permission'),
            targetPluginId: 'model-ci',
          }),
        )
        .send({
          items: [
            {
              id: '1',
              resourceRef,
              resourceType: 'model-ci-pipeline',
              conditions: {
                rule: 'IS_OWNER',
                resourceType: 'model-ci-pipeline',
                params: { owners: ['group:default/ml'] },
              },
            },
          ],
        });
      return body.items?.[0].result ?? body;
    };
    expect(await decide(mine.pipelineRef)).toBe('ALLOW');
    expect(await decide(other.pipelineRef)).toBe('DENY');
    expect(await decide('modelpipeline:default/none')).toBe('DENY');
    expect(await decide('nonsense')).toBe('DENY');
  });

  it('names services by their subject', async () => {
    const response = await request(portal.server)
      .post(`/api/model-ci${base(mine)}/runs`)
      .set('Authorization', mockCredentials.service.header())
      .send({ commit: HEAD });
    expect(response.body).toMatchObject({ createdBy: 'external:test-service' });
  });

  it('makes definitions for whoever may read pipelines', async () => {
    const convert = () =>
      request(portal.server).post('/api/model-ci/import').send({
        text: "pipeline { stages { stage('a') { steps { sh 'b' } } } }",
      });
    const { status, body } = await convert();
    expect([status, body.kind]).toEqual([200, 'jenkins']);
    expect(body.definition).toContain('run: b');
    portal.policy.owners = ['group:default/ml'];
    expect((await convert()).status).toBe(200);
    portal.policy.denied = ['model-ci.pipeline.read'];
    expect((await convert()).status).toBe(403);
    const none = mockCredentials.none.header();
    expect((await convert().set('Authorization', none)).status).toBe(401);
  });

  it('looks into repositories for whoever may have the catalog analyze them', async () => {
    const analyze = (url: string) =>
      request(portal.server)
        .post('/api/model-ci/repositories/analyze')
        .send({ url });
    const refused = await analyze('https://elsewhere.example/a/b');
    expect([refused.status, refused.body.error.reason?.code]).toEqual([
      400,
      'repository.unknownHost',
    ]);
    expect((await analyze('x'.repeat(2_001))).status).toBe(400);
    portal.policy.denied = ['catalog.location.analyze'];
    expect((await analyze('https://github.com/example/mine')).status).toBe(403);
    const none = mockCredentials.none.header();
    expect(
      (await analyze('https://github.com/a/b').set('Authorization', none))
        .status,
    ).toBe(401);
  });

  it('publishes the schema to everyone', async () => {
    const response = await request(portal.server)
      .get('/api/model-ci/schema/model-pipeline.json')
      .set('Authorization', mockCredentials.none.header());
    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toMatch('application/schema+json');
    expect(response.body).toMatchObject({ type: 'object' });
  });

  it('takes the limited credentials of cookies for downloads and for nothing else', async () => {
    const status = async (path: string) =>
      (
        await request(portal.server)
          .get(`/api/model-ci${path}`)
          .set('Authorization', `Bearer ${mockCredentials.limitedUser.token()}`)
      ).status;
    expect(await status(`/artifacts/${mine.digest}`)).toBe(200);
    expect(await status(`/runs/${mine.runId}/stages/train/logs`)).toBe(200);
    expect(await status(`/runs/${mine.runId}`)).not.toBe(200);
  });
});
