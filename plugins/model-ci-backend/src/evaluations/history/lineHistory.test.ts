import type { Knex } from 'knex';
import {
  quoted,
  type GateDemand,
  type Verdict,
} from '@model-ci/backstage-plugin-model-ci-common';
import { registerVersion } from '../../database/operations/versions/registerVersion';
import type {
  JudgedGate,
  MeasuredMetric,
} from '../../database/operations/results/types';
import { createTestDatabases } from '../../database/testDatabase';
import { EvaluationService } from '../EvaluationService';
import {
  countStatements,
  digest,
  PIPELINE,
  seedResults,
} from '../testing/seedRuns';

const AT = (minute: number) =>
  new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
function judged(demand: GateDemand, verdict: Verdict): JudgedGate {
  return { metric: 'rmse', demand, verdict, reason: quoted('judged') };
}

const RMSE = { metric: 'rmse', dataset: 'houses' };

describe('history of one metric', () => {
  const databases = createTestDatabases();

  describe.each(databases.ids)('on %s', databaseId => {
    let db: Knex;
    let service: EvaluationService;

    beforeAll(async () => {
      db = await databases.init(databaseId);
      service = new EvaluationService({ db });
    });

    beforeEach(async () => {
      for (const table of ['deployments', 'model_versions', 'runs']) {
        await db(table).delete();
      }
    });

    const seed = async (
      minute: number,
      value: number,
      more: Partial<Omit<MeasuredMetric, 'value' | 'notMeasured'>> = {},
    ) =>
      seedResults(
        db,
        {
          evaluations: [
            {
              ...RMSE,
              datasetDigest: digest('a'),
              value,
              higherIsBetter: false,
              ...more,
            },
          ],
        },
        { at: AT(minute) },
      );
    const register = (runId: string) =>
      db.transaction(tx =>
        registerVersion(tx, {
          runId,
          pipelineRef: PIPELINE,
          createdBy: 'user:default/guest',
          at: AT(0),
        }),
      );
    const history = (
      options: Partial<Parameters<typeof service.lineHistory>[1]> = {},
    ) =>
      service.lineHistory(PIPELINE, {
        line: RMSE,
        scope: 'runs',
        limit: 1000,
        ...options,
      });
    const values = async (options?: Parameters<typeof history>[0]) =>
      (await history(options)).points.map(point => point.value);

    it('lists every line, those of whole runs first', async () => {
      const { runId } = await seed(1, 3);
      await db('evaluations')
        .where('run_id', runId)
        .update({ environment: 'site-b', slice: 'age=65+' });
      await seed(2, 3);
      await seed(3, 3, { metric: 'mae', dataset: undefined });
      await seedResults(
        db,
        { evaluations: [{ metric: 'rmse', value: 1 }] },
        { instance: 'depth=2' },
      );
      expect(await service.metricLines(PIPELINE)).toEqual({
        items: [
          { metric: 'mae' },
          RMSE,
          { metric: 'rmse', instance: 'depth=2' },
          { ...RMSE, environment: 'site-b', slice: 'age=65+' },
        ],
        more: false,
      });
      expect(await service.metricLines('modelpipeline:default/other')).toEqual({
        items: [],
        more: false,
      });
    });

    it('answers one line alone, oldest first, with where it was measured', async () => {
      await seed(1, 3, { stderr: 0.5, n: 10 });
      const { runId } = await seed(2, 99);
      await db('evaluations').where('run_id', runId).update('slice', 'big');
      await seed(3, 2);
      const { points, total, older, higherIsBetter } = await history();
      expect(points).toEqual([
        expect.objectContaining({
          value: 3,
          branch: 'main',
          at: AT(1),
          interval: {
            lower: expect.closeTo(3 - 0.5 * 2.2621571628, 8),
            upper: expect.closeTo(3 + 0.5 * 2.2621571628, 8),
          },
        }),
        expect.objectContaining({ value: 2, interval: undefined }),
      ]);
      expect({ total, older, higherIsBetter }).toEqual({
        total: 2,
        older: false,
        higherIsBetter: false,
      });
      expect(await values({ line: { ...RMSE, slice: 'big' } })).toEqual([99]);
    });

    it('narrows to versions, to a time and to the data', async () => {
      const first = await seed(1, 1);
      await seed(2, 2, { datasetDigest: digest('b') });
      const third = await seed(3, 3, { datasetDigest: undefined });
      await register(first.runId);
      await register(third.runId);
      expect(await values({ scope: 'versions' })).toEqual([1, 3]);
      expect(await values({ from: AT(2) })).toEqual([2, 3]);
      expect(await values({ to: AT(2) })).toEqual([1, 2]);
      expect(await values({ datasetDigest: digest('b') })).toEqual([2]);
      expect(await values({ datasetDigest: 'none' })).toEqual([3]);
      expect((await history()).digests).toEqual([
        { points: 1 },
        { digest: digest('b'), points: 1 },
        { digest: digest('a'), points: 1 },
      ]);
    });

    it('believes the last attempt of a stage', async () => {
      const { runId } = await seed(1, 1);
      await seedResults(
        db,
        { evaluations: [{ ...RMSE, value: 5 }] },
        { runId, at: AT(2) },
      );
      expect(await values()).toEqual([5]);
    });

    it('shows what each gate demanded of a value and said of it, the gravest first', async () => {
      await seed(1, 31);
      const { runId } = await seedResults(
        db,
        {
          evaluations: [{ ...RMSE, value: 31, higherIsBetter: false }],
          gates: [
            judged({ max: 40 }, 'pass'),
            judged({ max: 30 }, 'fail'),
            {
              ...judged({ max: 1 }, 'pass'),
              slice: 'age=65+',
            },
            {
              ...judged(
                { baseline: 'champion', margin: 1, confidence: 0.9 },
                'inconclusive',
              ),
              estimate: -1.5,
              interval: { lower: -4, upper: 1 },
              alone: { lower: -3, upper: 0.5 },
              baseline: { name: 'champion', version: 1, value: 29 },
            },
          ],
        },
        { at: AT(2) },
      );
      const { points } = await history();
      expect(points.map(point => point.gate)).toEqual([
        undefined,
        {
          min: undefined,
          max: 30,
          verdict: 'fail',
          baseline: { name: 'champion', version: 1, value: 29 },
          verdicts: [
            { demand: { max: 30 }, verdict: 'fail' },
            {
              demand: { baseline: 'champion', margin: 1, confidence: 0.9 },
              verdict: 'inconclusive',
              estimate: -1.5,
              interval: { lower: -4, upper: 1 },
              alone: { lower: -3, upper: 0.5 },
            },
            { demand: { max: 40 }, verdict: 'pass' },
          ],
        },
      ]);
      expect(points[1].runId).toBe(runId);
    });

    it('says when versions began to serve', async () => {
      await register((await seed(1, 1)).runId);
      await db('deployments').insert(
        [AT(5), null].map((at, i) => ({
          id: `d${i}`,
          pipeline_ref: PIPELINE,
          version: 1,
          environment: 'staging',
          status: at ? 'superseded' : 'failed',
          trigger: 'manual',
          created_by: 'user:default/bo',
          created_at: AT(4),
          serving_at: at,
          finished_at: AT(6),
          executor: 'process',
          health: 'healthy',
          cpus: 1,
          memory_bytes: 0,
          gpus: 0,
        })),
      );
      expect((await history()).deployments).toEqual([
        { at: AT(5), version: 1, environment: 'staging' },
      ]);
    });

    it('thins many values and says how many there are', async () => {
      for (let i = 0; i < 60; i += 1) await seed(i, i === 31 ? -5 : i);
      const { points, total } = await history({ limit: 12 });
      expect(points.length).toBeLessThanOrEqual(12);
      expect(points.map(({ value }) => value)).toContain(-5);
      expect(total).toBe(60);
      expect(
        await countStatements(db, () => history({ limit: 12 })),
      ).toBeLessThanOrEqual(3);
    });
  });
});
