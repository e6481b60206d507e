import { mockServices } from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import { registerVersion } from '../database/operations/versions/registerVersion';
import { createTestDatabases } from '../database/testDatabase';
import {
  countStatements,
  digest,
  PIPELINE,
  seedResults,
  seedRun,
} from '../evaluations/testing/seedRuns';
import { VersionService } from './VersionService';

const OTHER = 'modelpipeline:default/other';
const AT = '2026-02-01T00:00:00.000Z';

const logger = mockServices.logger.mock();

describe('VersionService', () => {
  const databases = createTestDatabases();

  describe.each(databases.ids)('on %s', databaseId => {
    let db: Knex;
    let service: VersionService;

    beforeAll(async () => {
      db = await databases.init(databaseId);
      service = new VersionService({ db, logger });
    });

    beforeEach(async () => {
      for (const table of [
        'alias_changes',
        'endpoints',
        'deployments',
        'aliases',
        'model_versions',
        'runs',
      ]) {
        await db(table).delete();
      }
    });

    const register = (runId: string, pipelineRef = PIPELINE) =>
      db.transaction(tx =>
        registerVersion(tx, {
          runId,
          pipelineRef,
          createdBy: 'user:default/guest',
          at: AT,
        }),
      );

    describe('registerVersion', () => {
      const versionsOf = async (...runIds: string[]) => {
        const versions = [];
        for (const runId of runIds) {
          versions.push(await register(runId));
        }
        return versions;
      };
      const train = { stage: 'train' };
      const artifact = (letter: string) => ({
        artifacts: [
          { name: 'model', path: 'model', digest: digest(letter), size: 1 },
        ],
      });
      const houses = (letter: string) => [
        { name: 'houses', uri: 'h.csv', digest: digest(letter), size: 1 },
      ];
      const made = async (
        letter: string,
        run: Parameters<typeof seedRun>[1] & { commit?: string } = {},
      ) => {
        const runId = await seedRun(db, { datasets: houses('d'), ...run });
        await db('runs')
          .where('id', runId)
          .update('commit', run.commit ?? 'same');
        await seedResults(db, artifact(letter), { ...train, runId });
        return runId;
      };

      it('adds a run that repeats commit, inputs and results to its version', async () => {
        const [first, again, third] = [
          ...[await made('a'), await made('a'), await made('a')],
        ];
        expect(await versionsOf(first, again, third, again)).toEqual([
          1, 1, 1, 1,
        ]);
        const version = await service.get(PIPELINE, 1);
        expect(version.runId).toBe(first);
        expect(await db('version_runs').pluck('version')).toEqual([1, 1, 1]);
      });

      it.each<[string, string, Parameters<typeof made>[1]]>([
        ['another result', 'b', {}],
        ['another commit', 'a', { commit: 'other' }],
        ['other data', 'a', { datasets: houses('e') }],
        ['another definition', 'a', { definition: { version: 1 } }],
      ])('registers another version for %s', async (_, letter, run) => {
        const [first, second] = [await made('a'), await made(letter, run)];
        expect(await versionsOf(first, second)).toEqual([1, 2]);
      });

      it('adds to versions that were registered before versions had identities', async () => {
        const [first, again] = [await made('a'), await made('a')];
        await register(first);
        await db('model_versions').update('identity', null);
        expect(await versionsOf(again)).toEqual([1]);
      });

      it('adds to a version whose definition another release has stored', async () => {
        const stored = (definition: object) => made('a', { definition });
        // Before stages had `network`, and after a later release has added keys with their defaults.
        const stages = { train: { script: 'make' } };
        const first = await stored({ version: 1, stages });
        const again = await stored({
          stages: { train: { network: 'default', gates: [], ...stages.train } },
          version: 1,
          triggers: {},
        });
        await register(first);
        await db('model_versions').update(
          'identity',
          `sha256:${'a'.repeat(64)}`,
        );
        expect(await versionsOf(again)).toEqual([1]);
        const other = { train: { ...stages.train, network: 'none' } };
        expect(
          await versionsOf(await stored({ version: 1, stages: other })),
        ).toEqual([2]);
      });

      it('says of a definition that cannot be read that it cannot', async () => {
        const runId = await made('a', { definition: { version: 1 } });
        await register(runId);
        await db('runs').where('id', runId).update('definition', '{"version":');
        expect(await service.get(PIPELINE, 1)).toMatchObject({
          servable: false,
          unreadable: { code: 'definition.storedUnreadable' },
        });
        expect(logger.error).toHaveBeenCalledWith(
          expect.stringContaining('version 1 of'),
        );
      });

      it('counts up within the pipeline, and answers the same number for the same run', async () => {
        const [a, b] = [await seedRun(db), await seedRun(db)];
        const c = await seedRun(db, { pipelineRef: OTHER });

        expect(await register(a)).toBe(1);
        expect(await register(b)).toBe(2);
        expect(await register(a)).toBe(1);
        expect(await register(c, OTHER)).toBe(1);
      });

      it('leaves no gap and no double when many runs succeed at once', async () => {
        const runs: string[] = [];
        for (let i = 0; i < 30; i += 1) runs.push(await seedRun(db));

        const numbers = await Promise.all(
          [...runs, ...runs.slice(0, 5)].map(runId => register(runId)),
        );

        expect([...new Set(numbers)].sort((x, y) => x - y)).toEqual(
          runs.map((_, i) => i + 1),
        );
        expect(numbers.slice(30)).toEqual(numbers.slice(0, 5));
      });

      it('takes a number back whose transaction fails', async () => {
        const [a, b] = [await seedRun(db), await seedRun(db)];
        await expect(
          db.transaction(async tx => {
            await registerVersion(tx, {
              runId: a,
              pipelineRef: PIPELINE,
              createdBy: 'user:default/guest',
              at: AT,
            });
            throw new Error('the run did not succeed after all');
          }),
        ).rejects.toThrow('after all');

        expect(await register(b)).toBe(1);
      });
    });

    it('answers a version with its lineage, metrics, artifacts, aliases and environments', async () => {
      const houses = {
        name: 'houses',
        uri: './h.csv',
        digest: digest('a'),
        size: 7,
      };
      const { runId } = await seedResults(
        db,
        {
          evaluations: [{ metric: 'rmse', value: 12, dataset: 'houses' }],
          artifacts: [
            { name: 'model', path: 'model', digest: digest('b'), size: 9 },
          ],
        },
        {
          definition: { version: 1, serving: { run: 'serve', port: 8080 } },
          datasets: [houses],
        },
      );
      await register(runId);
      await service.moveAlias(PIPELINE, 'champion', 1, {
        by: 'user:default/bo',
      });
      await db('deployments').insert({
        id: 'd1',
        pipeline_ref: PIPELINE,
        version: 1,
        environment: 'staging',
        status: 'serving',
        trigger: 'manual',
        created_by: 'user:default/bo',
        created_at: AT,
        serving_at: AT,
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

      expect(await service.get(PIPELINE, 1)).toEqual({
        pipelineRef: PIPELINE,
        version: 1,
        runId,
        runNumber: expect.any(Number),
        commit: expect.stringMatching(/^c\d+$/),
        branch: 'main',
        commitMessage: expect.stringMatching(/^change/),
        createdBy: 'user:default/guest',
        createdAt: AT,
        aliases: ['champion'],
        metrics: [
          expect.objectContaining({ metric: 'rmse', value: 12, version: 1 }),
        ],
        artifacts: [
          expect.objectContaining({
            name: 'model',
            digest: digest('b'),
            size: 9,
          }),
        ],
        datasets: [houses],
        parameters: {},
        servable: true,
        environments: ['staging'],
      });
      await expect(service.get(PIPELINE, 2)).rejects.toMatchObject({
        name: 'NotFoundError',
        message: `${PIPELINE} has no version 2`,
      });
    });

    it('pages through versions, newest first, in five statements', async () => {
      for (let i = 0; i < 7; i += 1) {
        await register(await seedRun(db, { definition: { version: 1 } }));
      }
      const first = await service.list(PIPELINE, { limit: 5 });
      expect(first.items.map(v => v.version)).toEqual([7, 6, 5, 4, 3]);
      expect(first.items[0].servable).toBe(false);
      const rest = await service.list(PIPELINE, {
        limit: 5,
        cursor: first.nextCursor,
      });
      expect(rest.items.map(v => v.version)).toEqual([2, 1]);
      expect(rest.nextCursor).toBeUndefined();
      expect(
        await countStatements(db, () => service.list(PIPELINE, { limit: 5 })),
      ).toBe(5);
      expect(await service.list(OTHER, { limit: 5 })).toEqual({
        items: [],
        nextCursor: undefined,
      });
      await expect(
        service.list(PIPELINE, { limit: 5, cursor: 'x' }),
      ).rejects.toMatchObject({ name: 'InputError' });
    });

    it('answers the latest version of many pipelines with the metrics before, in two statements', async () => {
      const seed = async (
        pipelineRef: string,
        value: number,
        datasetDigest = digest('a'),
      ) => {
        const { runId } = await seedResults(
          db,
          {
            evaluations: [
              {
                metric: 'rmse',
                value,
                dataset: 'houses',
                datasetDigest,
                higherIsBetter: false,
              },
            ],
          },
          { pipelineRef },
        );
        await register(runId, pipelineRef);
      };
      for (const value of [30, 20, 10]) await seed(PIPELINE, value);
      await seed(OTHER, 5);
      await seed(OTHER, 6, digest('b'));
      const refs = [PIPELINE, OTHER, 'modelpipeline:default/none', PIPELINE];

      const latest = await service.latest(refs);

      expect(latest.get(PIPELINE)).toEqual({
        version: 3,
        createdAt: AT,
        metrics: [
          {
            metric: 'rmse',
            dataset: 'houses',
            value: 10,
            previous: 20,
            unit: undefined,
            higherIsBetter: false,
          },
        ],
      });
      // The data set changed in between: the values say nothing about the versions.
      expect(latest.get(OTHER)?.metrics[0]).toMatchObject({
        value: 6,
        previous: undefined,
      });
      expect(latest.size).toBe(2);
      expect(await countStatements(db, () => service.latest(refs))).toBe(2);
      expect(await service.latest([])).toEqual(new Map());
      const many = Array.from(
        { length: 900 },
        (_, i) => `modelpipeline:a/p${i}`,
      );
      expect((await service.latest([...many, OTHER])).get(OTHER)?.version).toBe(
        2,
      );
    });

    describe('moveAlias', () => {
      it('moves an alias from one version to another', async () => {
        await register(await seedRun(db));
        await register(await seedRun(db));

        const first = await service.moveAlias(PIPELINE, 'champion', 1, {
          by: 'user:default/a',
        });
        expect(first.aliases).toEqual(['champion']);
        await service.moveAlias(PIPELINE, 'champion', 2, {
          by: 'user:default/b',
        });

        expect((await service.get(PIPELINE, 1)).aliases).toEqual([]);
        expect((await service.get(PIPELINE, 2)).aliases).toEqual(['champion']);
        expect(await db('aliases').select('*')).toEqual([
          {
            pipeline_ref: PIPELINE,
            alias: 'champion',
            version: 2,
            moved_by: 'user:default/b',
            moved_at: expect.stringMatching(/Z$/),
          },
        ]);
      });

      it('keeps how it came where it is, also once it is removed', async () => {
        await register(await seedRun(db));
        await register(await seedRun(db));
        const by = 'user:default/a';
        await service.moveAlias(PIPELINE, 'x', 1, { by, reason: 'first' });
        await service.moveAlias(PIPELINE, 'x', 1, { by, reason: 'again' });
        await service.moveAlias(PIPELINE, 'x', 2, { by });
        await service.removeAlias(PIPELINE, 'x', { by, reason: 'unused' });
        await service.removeAlias(PIPELINE, 'x', { by });
        const { aliases, changes } = await service.aliases(PIPELINE);
        expect(aliases).toEqual([]);
        expect(
          changes.map(({ from, to, reason }) => [from, to, reason?.text]),
        ).toEqual([
          [2, undefined, 'unused'],
          [1, 2, undefined],
          [undefined, 1, 'first'],
        ]);
      });

      it('refuses a version that does not exist', async () => {
        await expect(
          service.moveAlias(PIPELINE, 'champion', 1, { by: 'user:default/a' }),
        ).rejects.toMatchObject({ name: 'NotFoundError' });
      });

      it.each([
        '',
        'Champion',
        '7',
        '-a',
        'a-',
        'a b',
        'a/b',
        'a'.repeat(64),
        'ä',
      ])('refuses the name %j', async alias => {
        await expect(
          service.moveAlias(PIPELINE, alias, 1, { by: 'user:default/a' }),
        ).rejects.toMatchObject({
          name: 'InputError',
          message: expect.stringContaining("'alias': must have at most 63"),
        });
      });

      it('refuses the name of the version before', async () => {
        await expect(
          service.moveAlias(PIPELINE, 'previous', 1, { by: 'user:default/a' }),
        ).rejects.toThrow("'previous' is the version before");
      });
    });
  });
});
