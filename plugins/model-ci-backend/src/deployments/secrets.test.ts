import { randomBytes } from 'node:crypto';
import { createTestDatabases } from '../database/testDatabase';
import type { DeploymentRow } from '../database/tables/deployments';
import {
  createSecrets,
  insertPipeline,
} from '../secrets/testing/createSecrets';
import { actorOf, ALICE, Fixture, PIPELINE } from './testing/createFixture';

const databases = createTestDatabases();
const TOKEN = 'hf_Zq8x7Lk2PmWv';
const BY = 'user:default/guest';

describe('Secrets of services', () => {
  let fixture: Fixture;

  beforeEach(async () => {
    fixture = new Fixture(await databases.init('SQLITE_3'));
  });

  afterEach(async () => {
    await fixture.close();
  });

  async function setUp(options: { keys?: Buffer[] } = {}) {
    const { db, clock } = fixture;
    const secrets = createSecrets(db, { now: clock.now, ...options });
    const pipeline = await insertPipeline(db, {
      ref: PIPELINE,
      sourceUrl: 'https://example.com/',
    });
    await fixture.registerVersion(1, { serving: { secrets: ['HF_TOKEN'] } });
    const replica = fixture.replica({ secrets: secrets.giver });
    return { ...secrets, pipeline, replica };
  }

  async function row(id: string): Promise<DeploymentRow> {
    const [found] = await fixture
      .db<DeploymentRow>('deployments')
      .where({ id });
    return found;
  }

  it('are those of the environment before those of the pipeline, and in no log', async () => {
    const { service, pipeline, replica, giver } = await setUp();
    const other = 'value-of-the-pipeline';
    await service.set(
      pipeline,
      'HF_TOKEN',
      { scope: 'pipeline', value: other },
      BY,
    );
    await service.set(
      pipeline,
      'HF_TOKEN',
      { scope: 'environment', environment: 'staging', value: TOKEN },
      BY,
    );
    const id = await fixture.serve(replica, 1);
    expect(fixture.host.orders[0].secrets).toEqual({ HF_TOKEN: TOKEN });
    expect(fixture.host.orders[0].env).not.toHaveProperty('HF_TOKEN');
    fixture.host.running(1).log += `login with ${TOKEN}\n`;
    // Another process looks at it, which has not given it away, after the secret is gone.
    await service.delete(pipeline, 'HF_TOKEN', {
      scope: 'environment',
      environment: 'staging',
    });
    const next = fixture.replica({ secrets: giver });
    await fixture.host.crash(1, 9);
    fixture.clock.advance(60);
    await fixture.settle(next);
    expect((await row(id)).last_log).toContain('login with ***\n');
    fixture.clock.advance(60);
    await fixture.settle(next);
    expect(fixture.host.orders.at(-1)?.secrets).toEqual({ HF_TOKEN: other });
    expect(await fixture.db('given_secrets')).toMatchObject([
      { holder_id: (await row(id)).service_id },
    ]);
  });

  it('are forgotten with the service', async () => {
    const { service, pipeline, replica } = await setUp();
    await service.set(
      pipeline,
      'HF_TOKEN',
      { scope: 'pipeline', value: TOKEN },
      BY,
    );
    const id = await fixture.serve(replica, 1);
    expect(await fixture.db('given_secrets')).toHaveLength(1);
    await replica.service.stop(id, actorOf(ALICE));
    fixture.clock.advance(600);
    await fixture.settle(replica);
    await replica.loop.cleanServices();
    expect(fixture.host.services.size).toBe(0);
    expect(await fixture.db('given_secrets')).toEqual([]);
  });

  it('that are missing fail the deployment by name', async () => {
    const { replica } = await setUp();
    const id = await fixture.serve(replica, 1);
    expect(await row(id)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('not set for this pipeline: HF_TOKEN'),
    });
    expect(fixture.host.orders).toEqual([]);
  });

  it('hide all that a service says whose key is gone, and let it be stopped', async () => {
    const { service, pipeline, replica } = await setUp();
    await service.set(
      pipeline,
      'HF_TOKEN',
      { scope: 'pipeline', value: TOKEN },
      BY,
    );
    const id = await fixture.serve(replica, 1);
    fixture.host.running(1).log += `login with ${TOKEN}\n`;
    const { giver } = createSecrets(fixture.db, { keys: [randomBytes(32)] });
    const next = fixture.replica({ secrets: giver });
    await fixture.host.crash(1, 9);
    fixture.clock.advance(60);
    await fixture.settle(next);
    expect((await row(id)).last_log).toBe('***');
    await next.service.stop(id, actorOf(ALICE));
    fixture.clock.advance(600);
    await next.loop.cleanServices();
    expect(fixture.host.services.size).toBe(0);
  });
});
