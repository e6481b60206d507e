import { mockServices } from '@backstage/backend-test-utils';
import request from 'supertest';
import { createTestDatabases } from '../database/testDatabase';
import { insertExample } from '../http/testing/insertExamples';
import { HEAD } from '../http/testing/createUrlReader';
import { TestPortal } from '../http/testing/TestPortal';
import { readLimits } from './config';
import { RunQuota } from './RunQuota';

const databases = createTestDatabases();
jest.setTimeout(120_000);

describe.each(databases.ids)('limits on %s', id => {
  let portal: TestPortal;
  const pipelineRef = 'modelpipeline:default/other';

  beforeAll(async () => {
    portal = await TestPortal.start({
      db: await databases.init(id),
      config: { limits: { owner: { runs: 2 } } },
    });
    await insertExample(portal.db, portal.artifactDirectory, {
      pipelineRef,
      artifact: 'bytes',
    });
  });

  afterAll(() => portal?.stop());

  const start = (name: string) =>
    request(portal.server)
      .post(`/api/model-ci/pipelines/default/${name}/runs`)
      .send({ commit: HEAD });

  it('let an owner have so many runs that have not ended', async () => {
    await portal.db('runs').insert(
      [1, 2].map(number => ({
        id: `open-${number}`,
        pipeline_ref: 'modelpipeline:default/mine',
        number,
        status: 'queued',
        trigger: 'manual',
        source_url: 'https://github.com/example/mine/tree/main/',
        created_by: 'user:default/ann',
        created_at: '2026-01-01T00:00:00.000Z',
        // Somebody else prepares them, for as long as the test takes.
        ticket: `t${number}`,
        lease_expires_at: '2999-01-01T00:00:00.000Z',
      })),
    );
    const refused = await start('mine');
    expect(refused.status).toBe(429);
    expect(refused.headers['retry-after']).toBe('60');
    expect(refused.body.error).toMatchObject({
      name: 'TooManyRequestsError',
      message: expect.stringContaining('modelCi.limits.owner.runs'),
    });
    expect((await start('other')).status).toBe(201);
    expect(portal.audit.filter(({ outcome }) => outcome === 'failure')).toEqual(
      [
        expect.objectContaining({
          id: 'run-start',
          error: 'TooManyRequestsError',
        }),
      ],
    );
  });

  it("let an owner's artifacts have so many bytes, with a query a minute", async () => {
    let now = 0;
    const quota = (artifactBytes: number) =>
      new RunQuota({
        db: portal.db,
        limits: { runs: 100, artifactBytes },
        now: () => now,
      });
    await quota(1_000_000).demandRoom(pipelineRef);
    const tight = quota(1);
    await expect(tight.demandRoom(pipelineRef)).rejects.toThrow(
      'modelCi.limits.owner.artifactBytes',
    );
    let queries = 0;
    const count = ({ sql }: { sql: string }) => {
      queries += sql.includes('artifacts') ? 1 : 0;
    };
    portal.db.on('query', count);
    await expect(tight.demandRoom(pipelineRef)).rejects.toThrow();
    expect(queries).toBe(0);
    now += 60_001;
    await expect(tight.demandRoom(pipelineRef)).rejects.toThrow();
    portal.db.removeListener('query', count);
    expect(queries).toBe(1);
    await quota(1).demandRoom('modelpipeline:default/mine');
  });
});

describe('readLimits', () => {
  it('names the key of a wrong value', () => {
    const read = (limits: object) =>
      readLimits(
        mockServices.rootConfig({
          data: { modelCi: { limits: JSON.parse(JSON.stringify(limits)) } },
        }),
      );
    expect(read({ user: { webSockets: 7 } }).user.webSockets).toBe(7);
    expect(() => read({ user: { requests: 0 } })).toThrow(
      'modelCi.limits.user.requests must be a whole number above 0',
    );
    expect(() => read({ owner: { runs: 1.5 } })).toThrow(
      'modelCi.limits.owner.runs',
    );
  });
});
