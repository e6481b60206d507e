import request from 'supertest';
import type { CurvePoints } from '@model-ci/backstage-plugin-model-ci-common';
import { createTestDatabases } from '../database/testDatabase';
import { seedAttempt, seedResults } from '../evaluations/testing/seedRuns';
import { TestPortal } from './testing/TestPortal';

const databases = createTestDatabases();
const REF = 'modelpipeline:default/mine';

function curve(metric: string, points: CurvePoints) {
  return {
    path: 'a.jsonl',
    metric,
    count: points.index.length,
    gaps: points.value.filter(value => value === null).length,
    last: { step: points.step.at(-1) ?? 0 },
    points,
  };
}

describe.each(databases.ids)('training curves over HTTP on %s', id => {
  let portal: TestPortal;

  beforeAll(async () => {
    portal = await TestPortal.start({ db: await databases.init(id) });
  }, 60_000);

  afterAll(() => portal?.stop());

  beforeEach(() => portal.policy.reset());

  const LOSS = { index: [0, 1], step: [1, 2], value: [0.5, null] };
  const SPLIT = { index: [0], step: [1], value: [1], mean: [2], time: [1.8e9] };
  const seed = () =>
    seedResults(
      portal.db,
      { curves: [curve('loss', LOSS), curve('a,b', SPLIT)] },
      { pipelineRef: REF, stage: 'train' },
    );

  it('are named, with the points of those that are asked for', async () => {
    const { runId } = await seed();
    const named = await portal.client.getSeries(runId);
    expect(named).toMatchObject({
      more: false,
      curves: [
        {
          stage: 'train',
          attempt: 1,
          path: 'a.jsonl',
          metric: 'loss',
          running: false,
          count: 2,
          gaps: 1,
          last: { step: 2 },
        },
        { metric: 'a,b' },
      ],
    });
    expect(named.curves.some(({ points }) => points)).toBe(false);
    const { curves } = await portal.client.getSeries(runId, {
      metrics: ['a,b', 'other'],
    });
    expect(curves.map(({ points }) => points)).toEqual([undefined, SPLIT]);
    const both = await portal.client.getSeries(runId, {
      metrics: ['a,b', 'loss'],
    });
    expect(both.curves[0].points).toEqual(LOSS);
  });

  it('are those of the last attempt', async () => {
    const { runId } = await seed();
    await seedAttempt(portal.db, runId, 'train');
    expect((await portal.client.getSeries(runId)).curves).toEqual([]);
  });

  it('are shown to those who may read the pipeline', async () => {
    const { runId } = await seed();
    portal.policy.denied = ['model-ci.pipeline.read'];
    await expect(portal.client.getSeries(runId)).rejects.toMatchObject({
      statusCode: 404,
    });
  });

  it('are not asked for by the hundred', async () => {
    const { runId } = await seed();
    const query = Array(25).fill('metric=x').join('&');
    const { status } = await request(portal.server).get(
      `/api/model-ci/runs/${runId}/series?${query}`,
    );
    expect(status).toBe(400);
  });
});
