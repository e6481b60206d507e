import { createTestDatabases } from '../database/testDatabase';
import { recordServiceStopped } from '../database/operations/deployments/recordServiceStopped';
import { Fixture } from '../deployments/testing/createFixture';
import { ServiceDownloads } from './ServiceDownloads';

const databases = createTestDatabases();
const DIGEST = `sha256:${'a'.repeat(64)}`;

describe.each(databases.ids)('Downloads of services on %s', databaseId => {
  let fixture: Fixture;

  beforeEach(async () => {
    fixture = new Fixture(await databases.init(databaseId));
    await fixture.registerVersion(1);
  });

  afterEach(async () => {
    await fixture.close();
  });

  async function setUp() {
    const { db } = fixture;
    const replica = fixture.replica();
    const deploymentId = await fixture.serve(replica, 1);
    const { serviceId } = fixture.host.orders[0];
    const downloads = new ServiceDownloads({
      db,
      baseUrl: async () => 'https://portal/api/model-ci',
      now: fixture.clock.now,
    });
    const what = { deploymentId, serviceId, digest: DIGEST };
    const { url } = await downloads.sign(what);
    const token = url.slice('https://portal/api/model-ci/transfers/'.length);
    return { db, replica, downloads, what, token };
  }

  it('hold for years, and keep nothing that a reader of the database could use', async () => {
    const { db, downloads, what, token } = await setUp();
    fixture.clock.advance(10 * 365 * 86_400);
    expect(downloads.isOne(token)).toBe(true);
    await expect(downloads.verify(token)).resolves.toEqual({
      serviceId: what.serviceId,
      digest: DIGEST,
    });
    const rows = await db('service_downloads');
    expect(JSON.stringify(rows)).not.toContain(token.slice(10));
  });

  it('end with their service', async () => {
    const { db, downloads, what, token } = await setUp();
    const at = new Date(fixture.clock.now()).toISOString();
    await recordServiceStopped(db, { id: what.deploymentId, at });
    await expect(downloads.verify(token)).rejects.toThrow('was stopped');
    await expect(db('service_downloads')).resolves.toEqual([]);
  });

  it('end where another service takes its place', async () => {
    const { db, replica, downloads, token } = await setUp();
    await fixture.host.crash(1, 1);
    fixture.clock.advance(10);
    await fixture.settle(replica);
    fixture.clock.advance(2);
    await fixture.settle(replica);
    expect(fixture.host.orders).toHaveLength(2);
    await expect(downloads.verify(token)).rejects.toThrow('not valid');
    await expect(db('service_downloads')).resolves.toEqual([]);
  });

  it('are no others', async () => {
    const { downloads, token } = await setUp();
    for (const other of [`${token}x`, 'mcsvc_', token.toLowerCase(), '']) {
      await expect(downloads.verify(other)).rejects.toMatchObject({
        name: 'NotAllowedError',
      });
    }
    expect(downloads.isOne('eyJ.x.y')).toBe(false);
  });
});
