import { randomBytes } from 'node:crypto';
import request from 'supertest';
import { createTestDatabases } from '../database/testDatabase';
import { TestPortal } from './testing/TestPortal';
import { insertExample } from './testing/insertExamples';

const databases = createTestDatabases();
const VALUE = `it's "a" token/+ü`;
const BASE = '/api/model-ci/pipelines/default/mine/secrets';

describe('secrets over HTTP', () => {
  let portal: TestPortal;

  beforeAll(async () => {
    portal = await TestPortal.start({
      db: await databases.init('SQLITE_3'),
      config: {
        secrets: {
          keys: [randomBytes(32).toString('base64')],
          vaults: [
            {
              name: 'corp',
              type: 'files',
              directory: '/nowhere/{namespace}/{name}',
            },
          ],
        },
      },
    });
    await insertExample(portal.db, portal.artifactDirectory, {
      pipelineRef: 'modelpipeline:default/mine',
      artifact: 'bytes',
    });
  }, 60_000);

  afterAll(() => portal?.stop());

  beforeEach(async () => {
    portal.policy.reset();
    portal.audit.length = 0;
    await portal.db('secrets').delete();
  });

  const put = (name: string, body: object) =>
    request(portal.server).put(`${BASE}/${name}`).send(body);
  const list = async () => (await request(portal.server).get(BASE)).body;

  it('go in, are listed with who set them, and never come out', async () => {
    expect(
      (await put('TOKEN', { scope: 'pipeline', value: VALUE })).status,
    ).toBe(204);
    const body = await list();
    expect(body).toMatchObject({
      isReady: true,
      canWrite: true,
      environments: ['staging'],
      vaults: ['corp'],
      items: [
        {
          name: 'TOKEN',
          scope: 'pipeline',
          isAllowed: true,
          updatedBy: 'user:default/mock',
        },
      ],
    });
    expect(JSON.stringify([body, portal.audit])).not.toContain('token/+');
    expect(portal.audit).toMatchObject([
      {
        id: 'secret-set',
        outcome: 'success',
        meta: { secret: 'TOKEN', scope: 'pipeline' },
      },
    ]);
    const [row] = await portal.db('secrets');
    expect(JSON.stringify(row)).not.toContain('token/+');
  });

  it('are replaced in their place, and deleted', async () => {
    await put('TOKEN', { scope: 'pipeline', value: VALUE });
    const [before] = await portal.db('secrets');
    await put('TOKEN', { scope: 'pipeline', value: `${VALUE}2` });
    await put('TOKEN', {
      scope: 'environment',
      environment: 'staging',
      vault: 'corp',
    });
    const rows = await portal.db('secrets').orderBy('scope');
    expect(rows).toHaveLength(2);
    expect(rows[1].id).toBe(before.id);
    expect(rows[1].sealed).not.toBe(before.sealed);
    const removed = await request(portal.server).delete(
      `${BASE}/TOKEN?scope=environment&environment=staging`,
    );
    expect(removed.status).toBe(204);
    expect((await list()).items).toMatchObject([{ scope: 'pipeline' }]);
    const again = await request(portal.server).delete(
      `${BASE}/TOKEN?scope=environment&environment=staging`,
    );
    expect(again.status).toBe(404);
  });

  it.each([
    ['A', { scope: 'pipeline', value: 'short' }, /at least 8 characters/],
    [
      'A',
      { scope: 'pipeline', value: 'aaaaaaaaaaaa' },
      /four of them different/,
    ],
    ['A', { scope: 'pipeline', value: ' abc\n\n\ndef ' }, /at least 8/],
    ['A', { scope: 'pipeline', value: 'with\0a nul character' }, /control/],
    ['A', { scope: 'pipeline', value: 'ab12'.repeat(20_000) }, /at most/],
    ['1A', { scope: 'pipeline', value: VALUE }, /begin with a digit/],
    ['MODEL_CI_X', { scope: 'pipeline', value: VALUE }, /another name/],
    ['PARAM_X', { scope: 'pipeline', value: VALUE }, /another name/],
    ['PATH', { scope: 'pipeline', value: VALUE }, /another name/],
    ['A', { scope: 'pipeline' }, /either 'value' or 'vault'/],
    ['A', { scope: 'environment', value: VALUE }, /needs 'environment'/],
    [
      'A',
      { scope: 'environment', environment: 'moon', value: VALUE },
      /no environment 'moon'/,
    ],
    ['A', { scope: 'pipeline', vault: 'other' }, /no vault 'other'/],
    ['A', { scope: 'owner', vault: 'corp' }, /of an owner/],
  ])('refuses %s (%#)', async (name, body, message) => {
    const response = await put(name, body);
    expect(response.status).toBe(400);
    expect(response.body.error.message).toMatch(message);
    expect(JSON.stringify(response.body)).not.toContain('token/+');
    expect(await portal.db('secrets')).toEqual([]);
  });

  it('takes the largest value in the worst spelling, and quotes no broken body', async () => {
    const largest = { scope: 'pipeline', value: 'abc12d\n\n'.repeat(8192) };
    expect((await put('BIG', largest)).status).toBe(204);
    const broken = await request(portal.server)
      .put(`${BASE}/TOKEN`)
      .set('Content-Type', 'application/json')
      .send(`{"scope": "pipeline", "value": hf_token_value}`);
    expect(broken.status).toBe(400);
    expect(JSON.stringify(broken.body)).not.toContain('hf_token');
  });

  it('of an owner are for its members, and for the pipelines that they release them for', async () => {
    const body = { scope: 'owner', value: VALUE };
    const refused = await put('SHARED', body);
    expect(refused.status).toBe(403);
    expect(refused.body.error.message).toMatch(/only by its members/);
    portal.policy.groups = ['group:default/ml'];
    expect((await put('SHARED', body)).status).toBe(204);
    expect((await list()).items).toMatchObject([
      { scope: 'owner', owner: 'group:default/ml', isAllowed: true },
    ]);
    const release = (isAllowed: boolean) =>
      request(portal.server).put(`${BASE}/SHARED/release`).send({ isAllowed });
    expect((await release(false)).status).toBe(204);
    expect((await list()).items).toMatchObject([{ isAllowed: false }]);
    expect((await release(true)).status).toBe(204);
    expect((await list()).items).toMatchObject([{ isAllowed: true }]);
    portal.policy.groups = [];
    expect((await release(false)).status).toBe(403);
  });

  it('are at most a hundred in one place', async () => {
    await put('TOKEN', { scope: 'pipeline', value: VALUE });
    const [row] = await portal.db('secrets');
    await portal.db('secrets').insert(
      Array.from({ length: 99 }, (_, index) => ({
        ...row,
        id: `id-${index}`,
        name: `S${index}`,
      })),
    );
    const more = await put('MORE', { scope: 'pipeline', value: VALUE });
    expect(more.status).toBe(409);
    expect(
      (await put('TOKEN', { scope: 'pipeline', value: VALUE })).status,
    ).toBe(204);
  });
});
