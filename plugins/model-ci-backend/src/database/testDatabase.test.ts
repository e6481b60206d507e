import { createTestDatabases, migrationsDirectory } from './testDatabase';

describe('migrations', () => {
  const databases = createTestDatabases();

  it.each(databases.ids)('go up and down again on %s', async id => {
    const knex = await databases.initEmpty(id);
    const directory = migrationsDirectory;
    await knex.migrate.latest({ directory });
    expect(await knex.schema.hasTable('runs')).toBe(true);
    await knex.migrate.rollback({ directory }, true);
    expect(await knex.schema.hasTable('runs')).toBe(false);
  });

  it.each(databases.ids)('guard statuses by their times on %s', async id => {
    const knex = await databases.init(id);
    await expect(
      knex('runs').insert({
        id: 'r',
        pipeline_ref: 'modelpipeline:default/p',
        number: 1,
        status: 'succeeded',
        trigger: 'manual',
        source_url: 'https://example.com/',
        created_by: 'user:default/guest',
        created_at: '2026-01-01T00:00:00.000Z',
        started_at: '2026-01-01T00:00:00.000Z',
      }),
    ).rejects.toThrow(/runs_finished/);
  });
});
