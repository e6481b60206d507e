import { createTestDatabases } from '../../testDatabase';
import { seedResults } from '../../../evaluations/testing/seedRuns';
import { listRunEvaluations } from './listRunEvaluations';

const databases = createTestDatabases();

describe.each(databases.ids)('evaluations in %s', databaseId => {
  it('may say that nothing was measured, and are kept for slices beside the whole', async () => {
    const db = await databases.init(databaseId);
    const { runId } = await seedResults(db, {
      evaluations: [
        { metric: 'loss', notMeasured: true, n: 3 },
        { metric: 'acc', value: 0 },
        { metric: 'acc', slice: 'age=65+', value: 0.5 },
      ],
    });
    expect(await listRunEvaluations(db, { runIds: [runId] })).toEqual([
      expect.objectContaining({ metric: 'loss', notMeasured: true, n: 3 }),
      expect.objectContaining({ metric: 'acc', value: 0 }),
    ]);
    expect(
      await db('evaluations').orderBy('id').select('metric', 'slice', 'value'),
    ).toEqual([
      { metric: 'loss', slice: '', value: null },
      { metric: 'acc', slice: '', value: 0 },
      { metric: 'acc', slice: 'age=65+', value: 0.5 },
    ]);
  });
});
