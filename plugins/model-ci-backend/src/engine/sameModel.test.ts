import { listGateResults } from '../database/operations/evaluations/listGateResults';
import { moveAlias } from '../database/operations/versions/moveAlias';
import { createTestDatabases } from '../database/testDatabase';
import {
  TEST_PIPELINE,
  createEngines,
  driveUntil,
  pipelineOf,
} from './testing/createEngines';
import { FakeExecutor } from './testing/FakeExecutor';

const databases = createTestDatabases();
/** As the template `credit-scoring` compares versions. */
const FILES: Record<string, string> = {
  ...pipelineOf(
    'train:',
    '    run: train',
    '    artifacts: { model: model.txt }',
    'evaluate:',
    '    needs: [train]',
    '    run: evaluate',
    '    env: { PYTHONPATH: src }',
    '    reports: { predictions: p.jsonl }',
    '    gates: [{ metric: auc, baseline: champion, margin: 0.03 }]',
    '    inconclusive: ask',
  ),
  'README.md': 'A scorecard',
  'src/evaluate.py': 'print(1)',
};

describe.each(databases.ids)(
  'A commit that changes no model on %s',
  databaseId => {
    it('passes without asking where documentation alone is new', async () => {
      const { run, source } = await setUp();
      await run();
      source.files['README.md'] = 'A better scorecard';
      source.files['docs/notes.md'] = 'What was tried';
      expect(await run()).toMatchObject({
        status: 'succeeded',
        version: 2,
        gate: {
          verdict: 'pass',
          method: 'same-model',
          baseline: { version: 1 },
          reason: { code: 'gate.sameModel' },
        },
      });
    });

    it.each([
      ['its code', { 'src/evaluate.py': 'print(2)' }],
      ['a prompt', { 'src/prompt.md': 'Rank' }],
      [
        'its environment',
        {
          'model-pipeline.yaml': FILES['model-pipeline.yaml'].replace(
            'PYTHONPATH: src',
            'PYTHONPATH: lib',
          ),
        },
      ],
    ])('asks a person where %s is another', async (_what, files) => {
      const { run, source } = await setUp();
      await run();
      Object.assign(source.files, files);
      expect(await run()).toMatchObject({
        status: 'waiting',
        gate: { verdict: 'inconclusive', method: 'constant' },
      });
    });

    it('asks a person where training gave another model, however equal its predictions', async () => {
      const { run, left } = await setUp();
      await run();
      left.model = 'other weights';
      expect((await run()).status).toBe('waiting');
    });

    it('asks a person where no model was kept', async () => {
      const { run, source } = await setUp();
      source.files['model-pipeline.yaml'] = source.files[
        'model-pipeline.yaml'
      ].replace('      artifacts: { model: model.txt }\n', '');
      await run();
      expect(await run()).toMatchObject({ status: 'waiting' });
    });

    async function setUp() {
      const db = await databases.init(databaseId);
      for (const table of [
        'alias_changes',
        'aliases',
        'model_versions',
        'runs',
      ]) {
        await db(table).delete();
      }
      /** What each training leaves. */
      const left = { model: 'weights' };
      const executor = new FakeExecutor({
        script: task => {
          task.files['model.txt'] = left.model;
          task.files['p.jsonl'] = predictions();
          task.exit(0);
        },
      });
      const fixture = createEngines(db, {
        files: { ...FILES },
        executors: [executor],
      });
      let commits = 0;
      /** Runs until it ends or waits; what has succeeded first is champion. */
      const run = async () => {
        commits += 1;
        const commit = String(commits).padStart(40, '0');
        const id = await fixture.start({ commit });
        const statusOf = async () => (await fixture.runs.get(id)).status;
        await driveUntil(fixture.engine, async () =>
          ['succeeded', 'failed', 'waiting'].includes(await statusOf()),
        );
        await fixture.engine.settled();
        const shown = await fixture.runs.get(id);
        if (shown.version === 1) {
          await db.transaction(tx =>
            moveAlias(tx, {
              ...{ pipelineRef: TEST_PIPELINE, alias: 'champion', version: 1 },
              ...{ by: 'user:default/guest', at: '2026-01-01T00:00:00.000Z' },
            }),
          );
        }
        const [gate] = await listGateResults(db, { runIds: [id] });
        return { ...shown, gate };
      };
      return { ...fixture, run, left };
    }
  },
);

/** A ranking that is neither right nor wrong. */
function predictions(): string {
  return Array.from({ length: 60 }, (_, i) =>
    JSON.stringify({
      id: `e${i}`,
      prediction: ((i * 37) % 100) / 100,
      target: i % 3 === 0 ? 1 : 0,
    }),
  ).join('\n');
}
