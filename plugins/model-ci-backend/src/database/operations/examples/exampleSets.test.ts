import { createTestDatabases } from '../../testDatabase';
import {
  digest,
  seedResults,
  seedAttempt,
} from '../../../evaluations/testing/seedRuns';
import { listPipelinesOfBlob } from '../artifacts/listPipelinesOfBlob';
import { findBlobName } from '../pipelines/findBlobName';
import { listExampleSets } from './listExampleSets';

const databases = createTestDatabases();

describe.each(databases.ids)('example sets in %s', databaseId => {
  it('are listed with what they were measured on, of the last attempts', async () => {
    const db = await databases.init(databaseId);
    const set = { digest: digest('a'), idsDigest: digest('b'), count: 3 };
    const { runId, attemptId } = await seedResults(
      db,
      {
        exampleSets: [
          { ...set, dataset: 'houses', datasetDigest: digest('c') },
          { ...set, task: 'arc_easy', taskHash: 'ff', count: 1_000_000 },
        ],
      },
      { instance: 'depth=2' },
    );
    const listed = await listExampleSets(db, { runIds: [runId] });
    expect(listed).toEqual([
      expect.objectContaining({
        ...set,
        task: 'arc_easy',
        taskHash: 'ff',
        count: 1_000_000,
        dataset: undefined,
        datasetDigest: undefined,
      }),
      expect.objectContaining({
        ...set,
        runId,
        attemptId,
        stage: 'evaluate',
        instance: 'depth=2',
        environment: undefined,
        dataset: 'houses',
        datasetDigest: digest('c'),
        task: undefined,
      }),
    ]);
    await seedAttempt(db, runId, 'evaluate', { instance: 'depth=2' });
    expect(await listExampleSets(db, { runIds: [runId] })).toEqual([]);
    expect(await listExampleSets(db, { runIds: [] })).toEqual([]);
  });

  it('belong to the pipeline whose run has produced them, and are called after what they were measured on', async () => {
    const db = await databases.init(databaseId);
    await seedResults(
      db,
      {
        exampleSets: [
          {
            digest: digest('d'),
            idsDigest: digest('b'),
            count: 3,
            dataset: 'houses',
          },
        ],
      },
      { pipelineRef: 'modelpipeline:default/x' },
    );
    expect(await listPipelinesOfBlob(db, { digest: digest('d') })).toEqual([
      'modelpipeline:default/x',
    ]);
    expect(await findBlobName(db, digest('d'))).toEqual({
      type: 'examples',
      name: 'evaluate-houses',
    });
    expect(await findBlobName(db, digest('e'))).toBeUndefined();
  });
});
