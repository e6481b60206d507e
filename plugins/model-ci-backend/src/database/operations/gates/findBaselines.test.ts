import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { PIPELINE, seedRun } from '../../../evaluations/testing/seedRuns';
import { createTestDatabases } from '../../testDatabase';
import { moveAlias } from '../versions/moveAlias';
import { registerVersion } from '../versions/registerVersion';
import { removeAlias } from '../versions/removeAlias';
import { findBaselines } from './findBaselines';

const AT = '2026-01-01T00:00:00.000Z';
const BY = 'user:default/guest';
const databases = createTestDatabases();

describe.each(databases.ids)('findBaselines on %s', databaseId => {
  let db: Knex;

  beforeAll(async () => {
    db = await databases.init(databaseId);
  });

  beforeEach(async () => {
    for (const table of [
      ...['deployments', 'alias_changes', 'aliases', 'model_versions', 'runs'],
    ]) {
      await db(table).delete();
    }
  });

  const find = async (name: string) => {
    const { baselines } = await db.transaction(tx =>
      findBaselines(tx, {
        pipelineRef: PIPELINE,
        names: [name],
        promoted: 'champion',
        environments: ['production', 'staging'],
      }),
    );
    const found = baselines.get(name);
    return found?.type === 'missing' ? found.reason.code : found?.type;
  };
  const register = async () => {
    const runId = await seedRun(db);
    return await db.transaction(tx =>
      registerVersion(tx, {
        ...{ runId, pipelineRef: PIPELINE },
        ...{ createdBy: BY, at: AT },
      }),
    );
  };
  const deploy = async (environment: string, row: object) =>
    await db('deployments').insert({
      id: randomUUID(),
      pipeline_ref: PIPELINE,
      version: 1,
      environment,
      trigger: 'manual',
      created_by: BY,
      created_at: AT,
      executor: 'process',
      health: 'unknown',
      cpus: 1,
      memory_bytes: 0,
      gpus: 0,
      ...row,
    });

  it('takes any name for that of a first version while there is no version, but for numbers', async () => {
    for (const name of ['previous', 'champion', 'other', 'production']) {
      expect([name, await find(name)]).toEqual([name, 'first']);
    }
    expect(await find('1')).toBe('baseline.noVersion');
  });

  it('takes only what was never there, and may be some day, for a first version later', async () => {
    await register();
    expect(await find('previous')).toBe('found');
    expect(await find('1')).toBe('found');
    expect(await find('champion')).toBe('first');
    expect(await find('production')).toBe('first');
    expect(await find('chmapion')).toBe('baseline.unknown');
    expect(await find('99')).toBe('baseline.noVersion');
  });

  it('says that an alias was removed', async () => {
    const version = await register();
    const of = { pipelineRef: PIPELINE, alias: 'champion', by: BY, at: AT };
    await db.transaction(tx => moveAlias(tx, { ...of, version }));
    expect(await find('champion')).toBe('found');
    await db.transaction(tx => removeAlias(tx, of));
    expect(await find('champion')).toBe('baseline.aliasRemoved');
  });

  it('says that nothing serves in an environment where something did, or is about to', async () => {
    await register();
    await deploy('production', { status: 'failed', finished_at: AT });
    expect(await find('production')).toBe('first');
    await deploy('production', {
      ...{ status: 'stopped', serving_at: AT, finished_at: AT },
    });
    expect(await find('production')).toBe('baseline.nothingServes');
    await deploy('staging', { status: 'queued' });
    expect(await find('staging')).toBe('baseline.nothingServes');
  });
});
