import type { Knex } from 'knex';
import {
  quoted,
  type TestCase,
} from '@model-ci/backstage-plugin-model-ci-common';
import { listPipelinesOfBlob } from '../database/operations/artifacts/listPipelinesOfBlob';
import { adoptEvaluations } from '../database/operations/evaluations/adoptEvaluations';
import { registerVersion } from '../database/operations/versions/registerVersion';
import { createTestDatabases } from '../database/testDatabase';
import { EvaluationService } from './EvaluationService';
import {
  countStatements,
  digest,
  PIPELINE,
  seedAttempt,
  seedResults,
  seedRun,
} from './testing/seedRuns';
import type {
  JudgedGate,
  MeasuredMetric,
} from '../database/operations/results/types';

const OTHER = 'modelpipeline:default/other';

function rmse(
  value: number,
  more: Omit<Partial<MeasuredMetric>, 'value' | 'notMeasured'> = {},
) {
  return { metric: 'rmse', value, higherIsBetter: false, ...more };
}

describe('EvaluationService', () => {
  const databases = createTestDatabases();

  describe.each(databases.ids)('on %s', databaseId => {
    let db: Knex;
    let service: EvaluationService;

    beforeAll(async () => {
      db = await databases.init(databaseId);
      service = new EvaluationService({ db });
    });

    beforeEach(async () => {
      await db('aliases').delete();
      await db('model_versions').delete();
      await db('runs').delete();
    });

    const register = (runId: string) =>
      db.transaction(tx =>
        registerVersion(tx, {
          runId,
          pipelineRef: PIPELINE,
          createdBy: 'user:default/guest',
          at: '2026-02-01T00:00:00.000Z',
        }),
      );

    describe('metricHistories', () => {
      it('answers nothing for a pipeline without evaluations', async () => {
        await seedResults(
          db,
          { evaluations: [rmse(1)] },
          { pipelineRef: OTHER },
        );
        expect(await service.metricHistories(PIPELINE)).toEqual({ items: [] });
      });

      it('answers each metric on each data set, oldest first, with run, version and gate', async () => {
        const first = await seedResults(
          db,
          {
            evaluations: [
              rmse(30, { dataset: 'houses', datasetDigest: digest('a'), n: 5 }),
              rmse(20, { dataset: 'flats' }),
              { metric: 'latency', value: 2, unit: 'ms', stderr: 0.5 },
            ],
            gates: [
              {
                metric: 'rmse',
                demand: { max: 50 },
                verdict: 'pass',
                reason: quoted('ok'),
              },
            ],
          },
          { at: '2026-01-01T00:00:00.000Z' },
        );
        await register(first.runId);
        const second = await seedResults(
          db,
          {
            evaluations: [
              rmse(25, { dataset: 'houses', datasetDigest: digest('a') }),
            ],
            gates: [
              {
                metric: 'rmse',
                demand: { max: 40 },
                verdict: 'pass',
                reason: quoted('ok'),
              },
              {
                metric: 'rmse',
                demand: { min: 0 },
                dataset: 'houses',
                verdict: 'pass',
                reason: quoted('ok'),
              },
              {
                metric: 'rmse',
                demand: { max: 1 },
                dataset: 'flats',
                verdict: 'pass',
                reason: quoted('ok'),
              },
            ],
          },
          { at: '2026-01-02T00:00:00.000Z' },
        );

        const { items: histories } = await service.metricHistories(PIPELINE);

        expect(histories.map(h => [h.metric, h.dataset, h.gate])).toEqual([
          ['latency', undefined, undefined],
          ['rmse', 'flats', { min: undefined, max: 50 }],
          ['rmse', 'houses', { min: 0, max: 40 }],
        ]);
        expect(histories[0]).toMatchObject({ unit: 'ms' });
        expect(histories[2].higherIsBetter).toBe(false);
        expect(histories[2].points).toEqual([
          {
            runId: first.runId,
            runNumber: expect.any(Number),
            version: 1,
            commit: expect.stringMatching(/^c\d+$/),
            stage: 'evaluate',
            metric: 'rmse',
            dataset: 'houses',
            datasetDigest: digest('a'),
            environment: undefined,
            value: 30,
            stderr: undefined,
            n: 5,
            unit: undefined,
            higherIsBetter: false,
            at: '2026-01-01T00:00:00.000Z',
          },
          expect.objectContaining({
            runId: second.runId,
            version: undefined,
            value: 25,
          }),
        ]);
      });

      it('filters by metric, data set and time, and keeps the newest points', async () => {
        for (const day of [1, 2, 3, 4]) {
          await seedResults(
            db,
            {
              evaluations: [
                rmse(day, { dataset: 'houses' }),
                { metric: 'mae', value: day },
              ],
            },
            { at: `2026-01-0${day}T00:00:00.000Z` },
          );
        }
        const values = async (
          query: Parameters<EvaluationService['metricHistories']>[1],
        ) =>
          (await service.metricHistories(PIPELINE, query)).items.map(h => [
            h.metric,
            ...h.points.map(p => p.value),
          ]);

        expect(await values({ limit: 2 })).toEqual([
          ['mae', 3, 4],
          ['rmse', 3, 4],
        ]);
        expect(await values({ metric: 'mae' })).toEqual([['mae', 1, 2, 3, 4]]);
        expect(await values({ dataset: 'houses', limit: 1 })).toEqual([
          ['rmse', 4],
        ]);
        expect(
          await values({
            metric: 'rmse',
            from: '2026-01-02T00:00:00.000Z',
            to: '2026-01-03T00:00:00.000Z',
          }),
        ).toEqual([['rmse', 2, 3]]);
        expect(await values({ environment: 'production' })).toEqual([]);
      });

      it('shows what single executions measured where one is asked for, with what their gates demanded', async () => {
        const gates: JudgedGate[] = [
          {
            metric: 'rmse',
            demand: { max: 3 },
            verdict: 'pass',
            reason: quoted('small'),
          },
        ];
        const [small, large] = ['seed=1', 'seed=2'];
        const { runId } = await seedResults(
          db,
          { evaluations: [{ metric: 'rmse', value: 2 }], gates },
          { instance: small },
        );
        await seedResults(
          db,
          { evaluations: [{ metric: 'rmse', value: 9 }] },
          { runId, instance: large },
        );
        const of = async (instance: string) => {
          const query = { instance };
          const { items } = await service.metricHistories(PIPELINE, query);
          return items.map(({ gate, points }) => [gate, points[0].value]);
        };
        expect(await of(small)).toEqual([[{ min: undefined, max: 3 }, 2]]);
        expect(await of(large)).toEqual([[undefined, 9]]);
        const line = { metric: 'rmse', instance: small };
        const { points } = await service.lineHistory(PIPELINE, {
          ...{ line, scope: 'runs', limit: 10 },
        });
        expect(points).toMatchObject([
          { value: 2, gate: { max: 3, verdict: 'pass' } },
        ]);
      });

      it('says how many metrics there are where they are too many', async () => {
        const evaluations = Array.from({ length: 201 }, (_, i) => ({
          metric: `m${i}`,
          value: i,
        }));
        await seedResults(db, { evaluations: evaluations.slice(0, 200) });
        expect(await service.metricHistories(PIPELINE)).not.toHaveProperty(
          'cut',
        );
        await seedResults(db, { evaluations: evaluations.slice(200) });
        const { items, cut } = await service.metricHistories(PIPELINE);
        expect(items).toHaveLength(200);
        expect(cut).toEqual({ shown: 200, total: 201, more: false });
      });

      it('keeps what single executions of a stage measured out of the line of the pipeline', async () => {
        const evaluations = [{ metric: 'rmse', value: 1 }];
        await seedResults(db, { evaluations });
        const { attemptId } = await seedResults(
          db,
          { evaluations: [{ metric: 'rmse', value: 2 }] },
          { instance: 'seed=1' },
        );
        const { items } = await service.metricHistories(PIPELINE);
        const [{ points }] = items;
        expect(points.map(({ value }) => value)).toEqual([1]);
        expect(
          await db('evaluations')
            .where('attempt_id', attemptId)
            .select('environment', 'instance'),
        ).toEqual([{ environment: '', instance: 'seed=1' }]);
      });

      it('shows what a gate of the selected instance demanded of what its stage adopted', async () => {
        const gates: JudgedGate[] = [
          {
            metric: 'rmse',
            demand: { max: 3 },
            verdict: 'pass',
            reason: quoted('small'),
          },
        ];
        const evaluations = [{ metric: 'rmse', value: 2 }];
        const { runId } = await seedResults(
          db,
          { evaluations, gates },
          { instance: 'seed=1', selected: true },
        );
        await seedResults(
          db,
          { gates: [{ ...gates[0], demand: { max: 1 }, verdict: 'fail' }] },
          { runId, instance: 'seed=2', selected: false },
        );
        await db.transaction(tx =>
          adoptEvaluations(tx, {
            runId,
            stage: 'evaluate',
            instances: ['seed=1'],
            withExamples: false,
          }),
        );
        const { items } = await service.metricHistories(PIPELINE);
        const [{ gate }] = items;
        expect(gate).toEqual({ max: 3 });
        const { points } = await service.lineHistory(PIPELINE, {
          line: { metric: 'rmse' },
          scope: 'runs',
          limit: 10,
        });
        expect(points).toMatchObject([{ gate: { verdict: 'pass', max: 3 } }]);
      });

      it('shows the last attempt of a stage that was made again', async () => {
        const { runId } = await seedResults(
          db,
          { evaluations: [rmse(1)] },
          { at: '2026-01-01T00:00:00.000Z' },
        );
        await seedResults(
          db,
          { evaluations: [rmse(2)] },
          { runId, at: '2026-01-01T01:00:00.000Z' },
        );
        const { items } = await service.metricHistories(PIPELINE);
        const [{ points }] = items;
        expect(points.map(p => p.value)).toEqual([2]);
      });

      it('sends three statements, however many metrics and runs there are', async () => {
        const metrics = Array.from({ length: 150 }, (_, i) => ({
          metric: `m${i}`,
          value: i,
        }));
        for (let run = 0; run < 3; run += 1) {
          await seedResults(db, { evaluations: metrics });
        }
        expect(
          await countStatements(db, () => service.metricHistories(PIPELINE)),
        ).toBe(3);
        const { items } = await service.metricHistories(PIPELINE);
        expect(items).toHaveLength(150);
      });
    });

    describe('tests', () => {
      const testCase = (
        name: string,
        status: TestCase['status'],
      ): TestCase => ({ suite: 's', name, status, duration: 0.5 });

      it('pages through test cases, those that went wrong first', async () => {
        const testCases = Array.from({ length: 1000 }, (_, i) =>
          testCase(`t${i}`, i === 500 ? 'failed' : 'passed'),
        );
        testCases.push(testCase('broken', 'errored'), {
          ...testCase('skipped', 'skipped'),
          message: 'no GPU',
          details: 'why',
          classname: 'c',
        });
        const { runId } = await seedResults(db, { testCases });

        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await service.tests(runId, 'evaluate', {
            cursor,
            limit: 300,
          });
          seen.push(...page.items.map(item => item.name));
          cursor = page.nextCursor;
        } while (cursor);

        expect(seen.slice(0, 4)).toEqual(['t500', 'broken', 't0', 't1']);
        expect(seen).toHaveLength(1002);
        expect(new Set(seen).size).toBe(1002);
        const { items, nextCursor } = await service.tests(runId, 'evaluate', {
          status: ['skipped'],
          limit: 10,
        });
        expect(nextCursor).toBeUndefined();
        expect(items).toEqual([
          {
            suite: 's',
            classname: 'c',
            name: 'skipped',
            status: 'skipped',
            duration: 0.5,
            message: 'no GPU',
            details: 'why',
          },
        ]);
      });

      it('answers the last attempt, or the one that is asked for', async () => {
        const { runId } = await seedResults(db, {
          testCases: [testCase('first try', 'failed')],
        });
        await seedResults(
          db,
          { testCases: [testCase('second try', 'passed')] },
          { runId },
        );
        const names = async (attempt?: number) =>
          (
            await service.tests(runId, 'evaluate', { attempt, limit: 5 })
          ).items.map(item => item.name);
        expect(await names()).toEqual(['second try']);
        expect(await names(1)).toEqual(['first try']);
        await expect(names(3)).rejects.toMatchObject({
          name: 'NotFoundError',
          message: expect.stringContaining('has no attempt 3'),
        });
        await expect(
          service.tests(runId, 'deploy', { limit: 5 }),
        ).rejects.toMatchObject({ name: 'NotFoundError' });
        await expect(
          service.tests(runId, 'evaluate', { cursor: 'nonsense', limit: 5 }),
        ).rejects.toMatchObject({ name: 'InputError' });
      });
    });

    describe('stageResults and artifacts', () => {
      it('answers what the last attempts left behind, in five statements', async () => {
        const { runId } = await seedResults(
          db,
          {
            artifacts: [
              { name: 'old', path: 'old', digest: digest('0'), size: 1 },
            ],
          },
          { stage: 'train', position: 1 },
        );
        await seedResults(
          db,
          {
            artifacts: [
              {
                name: 'model',
                path: 'model',
                digest: digest('b'),
                size: 2 ** 33,
              },
              { name: 'logs', path: 'logs', digest: digest('c'), size: 0 },
            ],
          },
          { runId, stage: 'train', position: 1 },
        );
        await seedResults(
          db,
          {
            reports: [
              {
                kind: 'junit',
                path: 'junit.xml',
                digest: digest('d'),
                tests: 3,
                failures: 1,
                errors: 0,
                skipped: 0,
                duration: 1.5,
              },
              {
                kind: 'metrics',
                path: 'm.json',
                digest: digest('e'),
                metrics: 2,
              },
            ],
            evaluations: [
              { metric: 'rmse', dataset: 'houses', value: 2, n: 40 },
              { metric: 'rmse', slice: 'region=north', value: 3 },
              { metric: 'bias', notMeasured: true },
            ],
            gates: [
              {
                metric: 'rmse',
                demand: { max: 3 },
                value: 2,
                verdict: 'pass',
                reason: quoted('ok'),
              },
              {
                metric: 'mae',
                demand: { min: 1 },
                verdict: 'inconclusive',
                reason: quoted('none'),
              },
            ],
          },
          { runId, stage: 'evaluate', position: 2 },
        );

        const results = await service.stageResults(runId);

        expect([...results.keys()].sort()).toEqual(['evaluate', 'train']);
        expect(results.get('train')).toMatchObject({
          artifacts: [
            { stage: 'train', name: 'logs', size: 0 },
            { name: 'model', size: 2 ** 33, digest: digest('b') },
          ],
          gates: [],
          reports: [],
        });
        expect(results.get('evaluate')).toEqual({
          artifacts: [],
          gates: [
            {
              stage: 'evaluate',
              metric: 'rmse',
              demand: { max: 3 },
              value: 2,
              verdict: 'pass',
              reason: quoted('ok'),
            },
            {
              stage: 'evaluate',
              metric: 'mae',
              demand: { min: 1 },
              verdict: 'inconclusive',
              reason: quoted('none'),
            },
          ],
          metrics: [],
          // Whether gates ask for them or not; slices have their own place.
          reported: [
            { metric: 'rmse', dataset: 'houses', value: 2, n: 40 },
            { metric: 'bias' },
          ],
          reports: [
            {
              kind: 'junit',
              path: 'junit.xml',
              digest: digest('d'),
              tests: 3,
              failures: 1,
              errors: 0,
              skipped: 0,
              duration: 1.5,
            },
            {
              kind: 'metrics',
              path: 'm.json',
              digest: digest('e'),
              metrics: 2,
            },
          ],
        });
        expect((await service.artifacts(runId)).map(a => a.name)).toEqual([
          'logs',
          'model',
        ]);
        expect(
          await countStatements(db, () => service.stageResults(runId)),
        ).toBe(5);
      });

      it('shows nothing of an attempt while a later one of the stage is made', async () => {
        const { runId } = await seedResults(db, {
          gates: [
            {
              metric: 'rmse',
              demand: {},
              verdict: 'fail',
              reason: quoted('no'),
            },
          ],
        });
        await seedAttempt(db, runId, 'evaluate');
        expect((await service.stageResults(runId)).size).toBe(0);
      });

      it('names the pipelines that a blob belongs to', async () => {
        await seedResults(db, {
          artifacts: [{ name: 'm', path: 'm', digest: digest('f'), size: 1 }],
        });
        await seedResults(
          db,
          {
            reports: [
              { kind: 'metrics', path: 'm', digest: digest('f'), metrics: 1 },
            ],
          },
          { pipelineRef: OTHER },
        );
        expect(await listPipelinesOfBlob(db, { digest: digest('f') })).toEqual([
          PIPELINE,
          OTHER,
        ]);
        expect(await listPipelinesOfBlob(db, { digest: digest('1') })).toEqual(
          [],
        );
      });
    });

    describe('compare', () => {
      it('puts versions side by side and says which is better', async () => {
        const houses = { dataset: 'houses', datasetDigest: digest('a') };
        const seed = async (evaluations: MeasuredMetric[], passes = true) => {
          const { runId } = await seedResults(db, {
            evaluations,
            gates: [
              {
                metric: 'rmse',
                demand: { max: 30 },
                verdict: passes ? 'pass' : 'fail',
                reason: quoted(''),
              },
            ],
          });
          await register(runId);
        };
        const other = (value: number) => ({ metric: 'size', value });
        await seed([
          rmse(20, houses),
          { metric: 'r2', value: 0.9, higherIsBetter: true },
          other(1),
        ]);
        await seed(
          [
            rmse(15, houses),
            { metric: 'r2', value: 0.8, higherIsBetter: true },
            other(2),
          ],
          false,
        );
        await seed([rmse(20, houses), { metric: 'auc', value: 0.5 }]);
        await seed([rmse(1, { ...houses, datasetDigest: digest('b') })]);
        await seed([rmse(1, { dataset: 'houses' })]);

        const comparison = await service.compare(PIPELINE, [1, 2, 3, 4, 5, 2]);

        expect(comparison.versions.map(v => v.version)).toEqual([
          1, 2, 3, 4, 5,
        ]);
        const row = (metric: string) =>
          comparison.metrics
            .find(m => m.metric === metric)!
            .values.map(v => [v.value, v.comparison, v.difference]);
        expect(row('rmse')).toEqual([
          [20, 'reference', undefined],
          [15, 'better', -5],
          [20, 'equal', 0],
          [1, 'not-comparable', undefined],
          [1, 'not-comparable', undefined],
        ]);
        expect(row('r2').slice(0, 3)).toEqual([
          [0.9, 'reference', undefined],
          [0.8, 'worse', expect.closeTo(-0.1)],
          [undefined, 'missing', undefined],
        ]);
        expect(row('size')[1]).toEqual([2, 'different', 1]);
        expect(
          row('auc')
            .slice(0, 3)
            .map(([, verdict]) => verdict),
        ).toEqual(['missing', 'missing', 'missing']);
        const { values } = comparison.metrics.find(m => m.metric === 'rmse')!;
        expect(values.map(v => v.verdict)).toEqual([
          'pass',
          'fail',
          'pass',
          'pass',
          'pass',
        ]);
        expect(values[3].reason).toMatchObject({
          code: 'comparison.otherData',
          text: 'Not comparable: measured on other data than version 1',
        });
      });

      it('names the versions that do not exist', async () => {
        await register(await seedRun(db));
        await expect(
          service.compare(PIPELINE, [1, 8, 9]),
        ).rejects.toMatchObject({
          name: 'NotFoundError',
          message: `${PIPELINE} has no version 8, 9`,
        });
      });
    });
  });
});
