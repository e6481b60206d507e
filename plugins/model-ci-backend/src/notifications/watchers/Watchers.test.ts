import { mockServices } from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import { createTestDatabases } from '../../database/testDatabase';
import { Watchers } from './Watchers';

const databases = createTestDatabases();
const ANN = 'user:default/ann';
const BOB = 'user:default/bob';
const MINE = 'modelpipeline:default/mine';
const RUN = { type: 'run', pipelineRef: MINE, runId: 'r' } as const;

describe.each(databases.ids)('Watchers on %s', databaseId => {
  let db: Knex;
  let now: number;
  const replica = () =>
    new Watchers({ db, logger: mockServices.logger.mock(), now: () => now });

  beforeEach(async () => {
    now = Date.parse('2026-01-01T00:00:00Z');
    db = await databases.init(databaseId);
    await db('pipelines').insert({
      ref: MINE,
      title: 'Mine',
      type: 'training',
      lifecycle: 'production',
      owner_ref: 'group:default/ml',
      model_ref: 'component:default/mine',
      synced_at: '2026-01-01T00:00:00.000Z',
    });
  });

  it('are notified of what they have read, by every replica', async () => {
    const [here, there] = [replica(), replica()];
    await here.watch(ANN, [{ type: 'pipeline', pipelineRef: MINE }]);
    await here.watch(BOB, [
      { type: 'pipeline', pipelineRef: 'modelpipeline:default/other' },
      { type: 'nodes' },
    ]);
    for (const watchers of [here, there]) {
      expect(await watchers.of(RUN)).toEqual([ANN]);
      expect(await watchers.of({ type: 'nodes' })).toEqual([BOB]);
    }
  });

  it('are notified of all that they may list', async () => {
    const watchers = replica();
    await watchers.watch(ANN, [
      { type: 'owner', ownerRef: 'group:default/ml' },
    ]);
    await watchers.watch(BOB, [{ type: 'all' }]);
    expect((await watchers.of(RUN)).sort()).toEqual([ANN, BOB]);
    expect(
      await watchers.of({ ...RUN, pipelineRef: 'modelpipeline:default/x' }),
    ).toEqual([BOB]);
  });

  it('are forgotten some minutes after their last read', async () => {
    const watchers = replica();
    const scope = { type: 'all' } as const;
    await watchers.watch(ANN, [scope]);
    now += 240_000;
    await watchers.watch(ANN, [scope]);
    now += 240_000;
    expect(await watchers.of(RUN)).toEqual([ANN]);
    now += 70_000;
    expect(await watchers.of(RUN)).toEqual([]);
    // And nothing stays behind.
    await watchers.watch(BOB, [scope]);
    expect(await db('watchers').select('user_ref')).toEqual([
      { user_ref: BOB },
    ]);
  });

  it('cost no query for each read and each change', async () => {
    const watchers = replica();
    let queries = 0;
    db.on('query', () => queries++);
    for (let i = 0; i < 100; i++) {
      await watchers.watch(ANN, [{ type: 'all' }]);
    }
    expect(queries).toBe(2);
    for (let i = 0; i < 100; i++) {
      await watchers.of(RUN);
    }
    expect(queries).toBe(3);
  });
});
