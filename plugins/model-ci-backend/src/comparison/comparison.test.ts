import type { Knex } from 'knex';
import type { ExampleSetKey } from '@model-ci/backstage-plugin-model-ci-common';
import { registerVersion } from '../database/operations/versions/registerVersion';
import type { MeasuredMetric } from '../database/operations/results/types';
import { createTestDatabases } from '../database/testDatabase';
import { MemoryArtifactStore } from '../engine/testing/MemoryArtifactStore';
import { digest, PIPELINE, seedResults } from '../evaluations/testing/seedRuns';
import type { ExampleRow } from '../examples/types';
import { writeExampleSet } from '../examples/writeExampleSet';
import { ComparisonCache } from './ComparisonCache';
import { ComparisonService, type ExamplesQuery } from './ComparisonService';

const HOUSES = { dataset: 'houses', datasetDigest: digest('a') };

function example(i: number, right: boolean, more: Partial<ExampleRow> = {}) {
  return {
    id: `e${String(i).padStart(4, '0')}`,
    prediction: right ? 'cat' : 'dog',
    target: 'cat',
    scores: {},
    slices: { age: i % 2 === 0 ? '65+' : '18-64' },
    ...more,
  };
}

/** `wrong`: the numbers of the examples that are answered wrong. */
function examples(count: number, wrong: number[]): ExampleRow[] {
  const not = new Set(wrong);
  return Array.from({ length: count }, (_, i) => example(i, !not.has(i)));
}

describe('ComparisonService', () => {
  const databases = createTestDatabases();

  describe.each(databases.ids)('on %s', databaseId => {
    let db: Knex;
    const store = new MemoryArtifactStore();
    let service: ComparisonService;

    beforeAll(async () => {
      db = await databases.init(databaseId);
      const comparer = new ComparisonCache(store);
      service = new ComparisonService({ db, comparer });
    });

    beforeEach(async () => {
      for (const table of [
        'endpoints',
        'deployments',
        'model_versions',
        'runs',
      ]) {
        await db(table).delete();
      }
    });

    /** Registers a version that reported these examples and metrics. */
    const seed = async (
      rows: ExampleRow[],
      metrics: MeasuredMetric[] = [],
      data = HOUSES,
    ) => {
      const { runId } = await seedResults(db, {
        evaluations: metrics,
        exampleSets: [{ ...data, ...(await writeExampleSet(rows, store)) }],
      });
      return await db.transaction(tx =>
        registerVersion(tx, {
          runId,
          pipelineRef: PIPELINE,
          createdBy: 'user:default/guest',
          at: '2026-01-01T00:00:00.000Z',
        }),
      );
    };
    const compare = (query: Partial<ExamplesQuery> = {}) =>
      service.examples(PIPELINE, [1, 2], {
        set: {},
        filter: {},
        sort: 'regression',
        common: false,
        limit: 25,
        ...query,
      });
    const ids = async (query?: Partial<ExamplesQuery>) =>
      (await compare(query)).items.map(({ id }) => id);

    it('puts regressions first and says how sure the difference is', async () => {
      await seed(examples(40, [3]));
      await seed(examples(40, [7, 8]));
      const { items, verdict, counts, total, metric } = await compare();
      expect(metric).toBe('accuracy');
      expect(items.slice(0, 3).map(({ id, change }) => [id, change])).toEqual([
        ['e0007', -1],
        ['e0008', -1],
        ['e0000', 0],
      ]);
      expect(counts).toMatchObject({ gained: 1, lost: 2, equal: 37 });
      expect(verdict).toMatchObject({
        verdict: 'inconclusive',
        method: 'tango',
        difference: -1 / 40,
        examples: 40,
      });
      expect(total).toBe(40);
    });

    it('calls nothing better where nobody has said which direction is', async () => {
      const rows = (churnOf: (i: number) => number) =>
        examples(60, []).map((row, i) => ({
          ...row,
          scores: { churn: churnOf(i) },
        }));
      await seed(rows(() => 0.1));
      await seed(rows(i => 0.1 + ((i % 10) - 1) / 100));
      const query = { metric: 'churn' };
      const unknown = await compare(query);
      expect(unknown.higherIsBetter).toBeUndefined();
      expect(unknown.verdict).toMatchObject({ verdict: 'different' });
      expect(unknown.counts).toEqual({
        higher: 48,
        lower: 6,
        equal: 6,
        unmeasured: 0,
      });
      expect(unknown.items[0].id).toBe('e0000');
      expect(unknown.items[0].change).toBeCloseTo(-0.01);
      expect(await ids({ ...query, filter: { flips: 'lost' } })).toEqual([]);

      const stages = {
        evaluate: {
          script: 'true',
          reports: { predictions: 'p.jsonl', directions: { churn: 'lower' } },
        },
      };
      await db('runs').update({ definition: JSON.stringify({ stages }) });
      const known = await compare(query);
      expect(known).toMatchObject({
        higherIsBetter: false,
        verdict: { verdict: 'worse' },
        counts: { better: 6, worse: 48 },
      });
    });

    it('takes a score for what says how good an answer is', async () => {
      const rows = examples(20, []).map(row => ({
        ...row,
        scores: { score: 0.5 },
      }));
      await seed(rows);
      await seed(rows);
      const { metric, higherIsBetter } = await compare();
      expect([metric, higherIsBetter]).toEqual(['score', true]);
    });

    it('calls a version better only where nothing else is believable', async () => {
      await seed(
        examples(
          200,
          Array.from({ length: 40 }, (_, i) => i),
        ),
      );
      await seed(examples(200, [1]));
      expect((await compare()).verdict).toMatchObject({ verdict: 'better' });
    });

    it('filters by slice, by flips and by text, and pages without a gap', async () => {
      await seed(examples(40, [3, 4]));
      await seed(examples(40, [7, 8]));
      expect(await ids({ filter: { flips: 'lost' } })).toEqual([
        'e0007',
        'e0008',
      ]);
      expect(
        await ids({
          filter: { flips: 'gained', slice: { name: 'age', value: '65+' } },
        }),
      ).toEqual(['e0004']);
      expect(await ids({ filter: { text: 'DOG' }, sort: 'id' })).toEqual([
        'e0003',
        'e0004',
        'e0007',
        'e0008',
      ]);
      const first = await compare({ limit: 30, sort: 'id' });
      const rest = await compare({
        limit: 30,
        sort: 'id',
        cursor: first.nextCursor,
      });
      expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(
        examples(40, []).map(({ id }) => id),
      );
      expect(rest.nextCursor).toBeUndefined();
      await expect(compare({ cursor: 'x' })).rejects.toThrow('cursor');
    });

    it('refuses other data unless the caller chooses what both have', async () => {
      await seed(examples(10, []));
      await seed(examples(12, [3]).slice(2), [], {
        ...HOUSES,
        datasetDigest: digest('b'),
      });
      const refused = await compare();
      expect(refused).toMatchObject({ items: [], total: 0, common: 8 });
      expect(refused.verdict).toBeUndefined();
      expect(refused.mismatches.map(({ reason }) => reason)).toEqual([
        'other-data',
        'missing-ids',
        'extra-ids',
      ]);
      const chosen = await compare({ common: true });
      expect(chosen).toMatchObject({ total: 8, common: 8 });
      expect(chosen.items[0]).toMatchObject({ id: 'e0003', change: -1 });
    });

    it('survives names that objects have anyway', async () => {
      const odd = [0, 1].map(i =>
        example(i, true, {
          id: ['__proto__', 'constructor'][i],
          slices: { ['__proto__']: 'x', constructor: 'y' },
        }),
      );
      await seed(odd);
      await seed(odd);
      expect(await ids({ sort: 'id' })).toEqual(['__proto__', 'constructor']);
      expect(
        await ids({
          sort: 'id',
          filter: { slice: { name: '__proto__', value: 'x' } },
        }),
      ).toHaveLength(2);
      expect(await compare({ metric: 'constructor' })).toMatchObject({
        metric: 'constructor',
      });
    });

    it('says plainly where versions share no examples', async () => {
      await seed(examples(3, []));
      await seed(examples(3, []), [], { ...HOUSES, dataset: 'flats' });
      expect(await compare()).toMatchObject({ sets: [], items: [], total: 0 });
      await expect(
        service.examples(PIPELINE, [1, 9], {
          set: {},
          filter: {},
          sort: 'id',
          common: false,
          limit: 1,
        }),
      ).rejects.toThrow('has no version 9');
    });

    it('compares any number of versions with the first in as many queries', async () => {
      for (const value of [0.9, 0.8, 0.7]) {
        await seed(
          [],
          [{ metric: 'accuracy', ...HOUSES, value, stderr: 0.01 }],
        );
      }
      const compared = async (versions: number[]) => {
        let queries = 0;
        const count = () => {
          queries += 1;
        };
        db.on('query', count);
        const found = await service.differences(PIPELINE, versions);
        db.removeListener('query', count);
        const said = found.map(({ version, candidate }) => [
          version,
          candidate,
        ]);
        return { queries, said };
      };
      const two = await compared([1, 2]);
      expect(two.said).toEqual([[2, 0.8]]);
      expect(await compared([1, 3, 2])).toEqual({
        queries: two.queries,
        said: [
          [3, 0.7],
          [2, 0.8],
        ],
      });
      await expect(service.differences(PIPELINE, [1, 9])).rejects.toThrow(
        'has no version 9',
      );
    });

    it('follows one example over all versions', async () => {
      for (const wrong of [[], [2], [], [2], [2]]) {
        await seed(examples(5, wrong));
      }
      await seedResults(db, {});
      const ledger = await service.ledger(PIPELINE, { id: 'e0002', set: {} });
      expect(ledger).toMatchObject({ wrongSince: 4, flips: 3 });
      expect(
        ledger.entries.map(({ version, right, prediction }) => [
          version,
          right,
          prediction,
        ]),
      ).toEqual([
        [1, true, 'cat'],
        [2, false, 'dog'],
        [3, true, 'cat'],
        [4, false, 'dog'],
        [5, false, 'dog'],
      ]);
      const unknown = await service.ledger(PIPELINE, { id: 'none', set: {} });
      expect(unknown.entries.every(({ found }) => !found)).toBe(true);
    });

    it('shows what reports say of an example, and finds it by that', async () => {
      const texts = (text: (i: number) => string | undefined) =>
        examples(3, []).map((row, i) => ({ ...row, text: text(i) }));
      await seed(texts(i => `It broke after ${i} Weeks`));
      await seed(examples(3, []));
      // A version without texts leaves those of the one before.
      const { items } = await compare({ sort: 'id' });
      expect(items.map(({ text }) => text)).toEqual([
        'It broke after 0 Weeks',
        'It broke after 1 Weeks',
        'It broke after 2 Weeks',
      ]);
      expect(await ids({ filter: { text: '1 weeks' } })).toEqual(['e0001']);
      const set = {};
      const ledger = await service.ledger(PIPELINE, { id: 'e0002', set });
      expect(ledger.text).toBe('It broke after 2 Weeks');
    });

    it('compares metrics on the same examples, or by the errors that were reported, or says why not', async () => {
      const metrics = (value: number): MeasuredMetric[] => [
        { metric: 'accuracy', ...HOUSES, value, higherIsBetter: true },
        {
          metric: 'latency',
          value: value * 10,
          stderr: 0.1,
          n: 50,
          higherIsBetter: false,
        },
        { metric: 'size', value },
      ];
      await seed(examples(200, []), metrics(1));
      await seed(
        examples(
          200,
          Array.from({ length: 40 }, (_, i) => i),
        ),
        metrics(0.8),
      );
      const differences = await service.differences(PIPELINE, [1, 2]);
      expect(differences).toEqual([
        expect.objectContaining({
          metric: 'accuracy',
          verdict: 'worse',
          basis: 'paired',
          method: 'tango',
          examples: 200,
        }),
        expect.objectContaining({
          metric: 'latency',
          verdict: 'better',
          basis: 'unpaired',
          interval: {
            lower: expect.closeTo(-2 - 0.1 * Math.SQRT2 * 2.0095752371, 8),
            upper: expect.closeTo(-2 + 0.1 * Math.SQRT2 * 2.0095752371, 8),
          },
        }),
        expect.objectContaining({
          metric: 'size',
          verdict: 'none',
          why: 'unknown',
        }),
      ]);
    });

    /** Registers a version of two stages, each with its own examples of the same data. */
    const seedStages = async (stages: Record<string, ExampleRow[]>) => {
      let runId: string | undefined;
      for (const [position, [stage, rows]] of Object.entries(
        stages,
      ).entries()) {
        const exampleSets = [
          { ...HOUSES, ...(await writeExampleSet(rows, store)) },
        ];
        const right = rows.filter(row => row.prediction === row.target).length;
        const evaluations = [
          { metric: 'accuracy', ...HOUSES, value: right / rows.length },
        ];
        const results =
          stage === 'evaluate' ? { exampleSets, evaluations } : { exampleSets };
        ({ runId } = await seedResults(db, results, {
          runId,
          stage,
          position,
        }));
      }
      await db.transaction(tx =>
        registerVersion(tx, {
          runId: runId ?? '',
          pipelineRef: PIPELINE,
          createdBy: 'user:default/guest',
          at: '2026-01-01T00:00:00.000Z',
        }),
      );
    };

    it('judges a metric on the examples of its own stage alone', async () => {
      const wrong = Array.from({ length: 40 }, (_, i) => i);
      await seedStages({
        smoke: examples(20, []),
        evaluate: examples(200, wrong),
      });
      await seedStages({
        smoke: examples(20, [1, 2]),
        evaluate: examples(200, []),
      });
      expect(await service.differences(PIPELINE, [1, 2])).toMatchObject([
        { metric: 'accuracy', verdict: 'better', examples: 200 },
      ]);
    });

    it('follows an example in the set that was named, or else in one of the newest version', async () => {
      await seedStages({
        smoke: examples(20, [2]),
        evaluate: examples(200, []),
      });
      await seedStages({ evaluate: examples(200, [2]) });
      const right = async (set: Partial<ExampleSetKey>) =>
        (await service.ledger(PIPELINE, { id: 'e0002', set })).entries.map(
          entry => entry.right,
        );
      expect(await right({})).toEqual([true, false]);
      const { dataset } = HOUSES;
      expect(await right({ stage: 'smoke', dataset })).toEqual([
        false,
        undefined,
      ]);
      expect(await right({ stage: 'smoke' })).toEqual([undefined, undefined]);
    });

    it('says nothing of a metric of which report and examples give different numbers', async () => {
      const accuracy = (value: number) => [
        { metric: 'accuracy', ...HOUSES, value, higherIsBetter: true },
      ];
      await seed(examples(200, [0, 1]), accuracy(0.99));
      await seed(examples(200, []), accuracy(0.95));
      await seed(examples(200, [0]), accuracy(1));
      const verdicts = async (before: number, now: number) =>
        (await service.differences(PIPELINE, [before, now])).map(
          difference => 'why' in difference && difference.why,
        );
      expect(await verdicts(1, 2)).toEqual(['contradicted']);
      // 0.995, as the report rounded it
      expect(await verdicts(1, 3)).toEqual([false]);
    });

    it('compares no further metric once who asked has left', async () => {
      const metrics = ['accuracy', 'quality'].map(metric => ({
        ...{ metric, ...HOUSES, value: 0.9, higherIsBetter: true },
      }));
      await seed(examples(40, [0]), metrics);
      await seed(examples(40, [1]), metrics);
      const leave = new AbortController();
      const cache = new ComparisonCache(store);
      const asked: string[] = [];
      const left = new ComparisonService({
        db,
        comparer: {
          page: request => cache.page(request),
          ledger: request => cache.ledger(request),
          difference: async request => {
            asked.push(request.metric);
            leave.abort();
            return await cache.difference(request);
          },
        },
      }).differences(PIPELINE, [1, 2], leave.signal);
      await expect(left).rejects.toMatchObject({ name: 'AbortError' });
      expect(asked).toHaveLength(1);
    });

    it('takes no reported error for examples that were not measured, or for no spread at all', async () => {
      const metrics = (value: number) => [
        { metric: 'quality', ...HOUSES, value, stderr: 0.01, n: 100 },
        { metric: 'speed', value, stderr: 0, n: 3 },
      ];
      const scored = (isMeasured: (i: number) => boolean) =>
        Array.from({ length: 100 }, (_, i) =>
          example(i, true, {
            scores: { quality: isMeasured(i) ? 0.9 : Number.NaN },
          }),
        );
      await seed(
        scored(() => true),
        metrics(0.6),
      );
      await seed(
        scored(i => i > 40),
        metrics(0.9),
      );
      expect(await service.differences(PIPELINE, [1, 2])).toMatchObject([
        { metric: 'quality', verdict: 'none', why: 'not-measured' },
        { metric: 'speed', verdict: 'none' },
      ]);
    });

    it('shows the main metrics over the versions, against what serves', async () => {
      const accuracy = (value: number) => [
        { metric: 'accuracy', ...HOUSES, value, higherIsBetter: true },
      ];
      await seed(
        examples(
          200,
          Array.from({ length: 40 }, (_, i) => i),
        ),
        accuracy(0.8),
      );
      await seed(examples(200, []), accuracy(1));
      expect(await service.trends(PIPELINE)).toMatchObject({
        version: 2,
        reference: undefined,
        aliases: [],
        metrics: [
          {
            metric: 'accuracy',
            values: [
              { version: 1, value: 0.8 },
              { version: 2, value: 1 },
            ],
            difference: undefined,
          },
        ],
      });
      await db('aliases').insert({
        pipeline_ref: PIPELINE,
        alias: 'champion',
        version: 1,
        moved_by: 'user:default/bo',
        moved_at: '2026-01-01T00:00:00.000Z',
      });
      expect(await service.trends(PIPELINE)).toMatchObject({
        reference: { type: 'champion', version: 1 },
        aliases: [{ alias: 'champion', version: 1 }],
        metrics: [{ difference: { verdict: 'better', basis: 'paired' } }],
      });
      await db('deployments').insert({
        id: 'd1',
        pipeline_ref: PIPELINE,
        version: 1,
        environment: 'staging',
        status: 'serving',
        trigger: 'manual',
        created_by: 'user:default/bo',
        created_at: '2026-01-01T00:00:00.000Z',
        serving_at: '2026-01-01T00:00:00.000Z',
        executor: 'process',
        health: 'healthy',
        node: 'local',
        service_id: 's1',
        cpus: 1,
        memory_bytes: 0,
        gpus: 0,
      });
      await db('endpoints').insert({
        pipeline_ref: PIPELINE,
        environment: 'staging',
        deployment_id: 'd1',
      });
      expect(await service.trends(PIPELINE)).toMatchObject({
        reference: { type: 'environment', version: 1, environment: 'staging' },
        metrics: [{ difference: { verdict: 'better', basis: 'paired' } }],
      });
    });
  });
});
