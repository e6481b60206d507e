import { mockServices } from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import { createAnalyses } from '../analysis/createAnalyses';
import { createAutomaticPromotions } from '../deployments/automatic/createAutomaticPromotions';
import { createTestDatabases } from '../database/testDatabase';
import {
  createEngines,
  driveUntil,
  pipelineOf,
} from '../engine/testing/createEngines';
import { FakeExecutor } from '../engine/testing/FakeExecutor';
import { ComparisonService } from './ComparisonService';
import type { GateExamplesQuery } from './gateExamples';

const databases = createTestDatabases();
const JUDGE = 'user:default/judge';
const GATES = [
  '{ metric: accuracy, baseline: champion, margin: 0.02 }',
  '{ metric: f1, baseline: champion, margin: 0.02 }',
  '{ metric: accuracy, baseline: champion, margin: 0.02, slices: size }',
];
const DEFINITION = pipelineOf(
  `test: { run: t, inconclusive: ask, reports: { predictions: p.jsonl }, gates: [${GATES.join(
    ', ',
  )}] }`,
);
DEFINITION['model-pipeline.yaml'] += 'promote: { alias: champion }\n';

/** Wrong at the examples of these numbers; its answers there are what a hostile model might say. */
function predictionsOf(wrong: number[]): string {
  return Array.from({ length: 40 }, (_, i) =>
    JSON.stringify({
      id: `e${String(i).padStart(2, '0')}`,
      prediction: wrong.includes(i) ? `<script>${'x'.repeat(5000)}` : 'cat',
      target: 'cat',
      slices: { size: i % 2 ? 'odd' : 'even' },
    }),
  ).join('\n');
}

async function setUp(db: Knex, models: number[][]) {
  const executor = new FakeExecutor({
    script: task => {
      task.files['p.jsonl'] = predictionsOf(models.shift() ?? []);
      task.exit(0);
    },
  });
  const auditor = mockServices.auditor.mock();
  auditor.createEvent.mockResolvedValue({
    success: async () => {},
    fail: async () => {},
  });
  const fixture = createEngines(db, {
    files: { ...DEFINITION },
    executors: [executor],
    onRunSucceeded: createAutomaticPromotions({
      db,
      auditor,
      findRight: async () => ({
        type: 'allowed',
        actor: { ref: JUDGE, entityRefs: async () => [JUDGE] },
      }),
    }),
  });
  const { engine, runs, store } = fixture;
  const run = async () => {
    const id = await fixture.start();
    await driveUntil(engine, async () =>
      ['succeeded', 'failed', 'waiting'].includes((await runs.get(id)).status),
    );
    await engine.settled();
    return await runs.get(id);
  };
  const service = new ComparisonService({
    db,
    comparer: createAnalyses(store),
  });
  const list = (runId: string, more: Partial<GateExamplesQuery> = {}) =>
    service.gateExamples({
      runId,
      stage: 'test',
      metric: 'accuracy',
      flips: 'changed',
      limit: 25,
      ...more,
    });
  return { ...fixture, run, list };
}

describe.each(databases.ids)('The examples of a gate on %s', databaseId => {
  const withModels = async (...models: number[][]) => {
    const db = await databases.init(databaseId);
    return await setUp(db, models);
  };

  it('are those that changed, the lost ones first, page by page', async () => {
    const { run, list } = await withModels([1, 2, 4], [4, 6, 7]);
    await run();
    const { id, status } = await run();
    expect(status).toBe('waiting');
    const first = await list(id, { limit: 3 });
    expect(first).toMatchObject({
      evidence: expect.stringMatching(/^sha256:/),
      baseline: { name: 'champion', version: 1 },
      metric: 'accuracy',
      total: 4,
      items: [
        { id: 'e06', change: -1, baseline: { prediction: 'cat' } },
        { id: 'e07', change: -1, candidate: { target: 'cat', score: 0 } },
        { id: 'e01', change: 1, candidate: { slices: { size: 'odd' } } },
      ],
    });
    const said = String(first.items[0].candidate.prediction);
    expect(said).toMatch(/^<script>x+…$/);
    expect(said.length).toBeLessThan(2100);
    const rest = await list(id, { limit: 3, cursor: first.nextCursor });
    expect(rest.items.map(example => example.id)).toEqual(['e02']);
    expect(rest.nextCursor).toBeUndefined();
  });

  it('are those of the slice that was judged, also of a metric that is no mean', async () => {
    const { run, list } = await withModels([1, 2], [6, 7]);
    await run();
    const { id } = await run();
    const odd = await list(id, { slice: 'size=odd' });
    expect(odd.items.map(example => example.id)).toEqual(['e07', 'e01']);
    const f1 = await list(id, { metric: 'f1', flips: 'lost' });
    expect(f1).toMatchObject({ metric: 'accuracy', total: 2 });
  });

  it('are bound to the evidence, and to what the gate compared', async () => {
    const { run, list, runs } = await withModels([1], [2]);
    const first = await run();
    await expect(list(first.id)).rejects.toThrow(
      'compared no examples with a baseline',
    );
    const { id } = await run();
    const { evidence } = await list(id);
    expect((await list(id, { evidence })).total).toBe(2);
    await expect(list(id, { evidence: 'sha256:forged' })).rejects.toThrow(
      'other evidence',
    );
    await expect(list(id, { metric: 'rmse' })).rejects.toThrow(
      'no judged gate',
    );
    await expect(list(id, { slice: 'size=none' })).rejects.toThrow(
      'no judged gate',
    );
    await expect(list('other')).rejects.toThrow('no judged gate');
    await runs.decide(id, 'test', {
      decision: 'continue',
      by: JUDGE,
      reason: 'as good',
      evidence,
    });
    expect((await list(id, { evidence })).total).toBe(2);
  });

  it('lets one of a crowd decide, and shows the others that it was decided', async () => {
    const { run, runs } = await withModels([1], [2]);
    await run();
    const { id, stages } = await run();
    const { evidence } = stages[0].approvals[0];
    const decided = await Promise.allSettled(
      Array.from({ length: 12 }, (_, i) =>
        runs.decide(id, 'test', {
          decision: i % 2 ? 'continue' : 'stop',
          by: `user:default/judge-${i}`,
          reason: 'I was first',
          evidence,
        }),
      ),
    );
    expect(decided.filter(({ status }) => status === 'fulfilled')).toHaveLength(
      1,
    );
    const refusals = decided.flatMap(one =>
      one.status === 'rejected' ? [one.reason] : [],
    );
    expect(refusals).toEqual(
      Array(11).fill(expect.objectContaining({ name: 'ConflictError' })),
    );
    const [{ approvals }] = (await runs.get(id)).stages;
    expect(approvals).toHaveLength(1);
  });
});
