import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { mockCredentials } from '@backstage/backend-test-utils';
import { quoted, toReason } from '@model-ci/backstage-plugin-model-ci-common';
import { insertApprovals } from '../database/operations/stages/insertApprovals';
import { registerVersion } from '../database/operations/versions/registerVersion';
import { createTestDatabases } from '../database/testDatabase';
import {
  countStatements,
  digest,
  PIPELINE,
  seedResults,
  seedRun,
} from '../evaluations/testing/seedRuns';
import { VersionService } from '../versions/VersionService';
import { LineageService } from './LineageService';

const AT = '2026-02-01T00:00:00.000Z';
const IMAGE = { id: digest('9'), reference: `python@${digest('8')}` };
const definition = {
  version: 1,
  datasets: {
    houses: { uri: './h.csv', resource: 'houses' },
  },
  stages: {
    train: {
      script: 'train',
      image: 'python:3.11',
      env: { LEARNING_RATE: '0.1' },
    },
    // Its executor reports no image, whatever is named here.
    evaluate: { script: 'evaluate', image: 'python:3.11', needs: ['train'] },
  },
};

describe('LineageService', () => {
  const databases = createTestDatabases();

  describe.each(databases.ids)('on %s', databaseId => {
    let db: Knex;
    let service: LineageService;

    const createService = (
      options: Partial<ConstructorParameters<typeof LineageService>[0]> = {},
    ) =>
      new LineageService({
        db,
        versions: new VersionService({ db }),
        builderId: async () => 'https://portal.example/api/model-ci',
        describeModel: async () => undefined,
        ...options,
      });

    beforeAll(async () => {
      db = await databases.init(databaseId);
      service = createService();
    });

    beforeEach(async () => {
      for (const table of [
        'deployments',
        'model_versions',
        'runs',
        'pipelines',
      ]) {
        await db(table).delete();
      }
    });

    const deploy = async (version: number, environment: string, at = AT) =>
      await db('deployments').insert({
        id: randomUUID(),
        pipeline_ref: PIPELINE,
        version,
        environment,
        status: 'stopped',
        trigger: 'manual',
        created_by: 'user:default/bo',
        created_at: at,
        finished_at: at,
        executor: 'process',
        health: 'unknown',
        cpus: 1,
        memory_bytes: 0,
        gpus: 0,
      });

    async function registered(letter: string, commit: string, baseline = 1) {
      const runId = await seedRun(db, {
        definition,
        datasets: [
          { name: 'houses', uri: './h.csv', digest: digest('a'), size: 7 },
        ],
      });
      await db('runs').where('id', runId).update({ commit });
      const train = await seedResults(
        db,
        {
          artifacts: [
            { name: 'model', path: 'model', digest: digest(letter), size: 9 },
          ],
        },
        { runId, stage: 'train' },
      );
      await db('attempts')
        .where('id', train.attemptId)
        .update({ image: JSON.stringify(IMAGE), node: 'gpu-1' });
      const evaluate = await seedResults(
        db,
        {
          evaluations: [{ metric: 'rmse', value: 12, dataset: 'houses' }],
          gates: [
            {
              metric: 'rmse',
              dataset: 'houses',
              demand: { max: 30, baseline: 'champion' },
              baseline: { name: 'champion', version: baseline },
              value: 12,
              verdict: 'pass',
              reason: toReason('12 is at most 30'),
            },
          ],
        },
        { runId, stage: 'evaluate', position: 1 },
      );
      await db.transaction(tx =>
        registerVersion(tx, {
          runId,
          pipelineRef: PIPELINE,
          createdBy: 'user:default/guest',
          at: AT,
        }),
      );
      return { runId, train, evaluate };
    }

    it('names commit, data, stages with image and node, gates, approvals, parents, reruns and deployments', async () => {
      const first = await registered('b', 'c1');
      const second = await registered('c', 'c2');
      const again = await registered('c', 'c2');
      await db.transaction(tx =>
        insertApprovals(tx, [
          {
            runId: second.runId,
            stageId: second.evaluate.stageId,
            question: quoted('Is it good enough?'),
            at: AT,
          },
        ]),
      );
      await db('approvals').update({
        decision: 'continue',
        decided_by: 'user:default/eve',
        decided_at: new Date(Date.parse(AT) + 45_000).toISOString(),
        reason: 'good enough',
      });
      await db('stages')
        .where({ id: second.evaluate.stageId })
        .update({ started_at: AT });
      await deploy(2, 'staging');
      await deploy(2, 'production', '2026-02-02T00:00:00.000Z');
      await deploy(1, 'staging');

      const lineage = await service.get(PIPELINE, 2);
      expect(lineage.stages[1]).not.toHaveProperty('imageName');
      expect(lineage).toMatchObject({
        version: { version: 2, commit: 'c2', artifacts: [{ name: 'model' }] },
        pipeline: { title: 'house-price' },
        run: { id: second.runId, branch: 'main', commit: 'c2' },
        reruns: [{ id: again.runId }],
        datasets: [{ name: 'houses', resourceRef: 'resource:default/houses' }],
        stages: [
          {
            name: 'train',
            node: 'gpu-1',
            imageName: 'python:3.11',
            image: IMAGE,
            parameters: { LEARNING_RATE: '0.1' },
          },
          {
            name: 'evaluate',
            needs: ['train'],
            parameters: {},
            waited: { milliseconds: 45_000 },
          },
        ],
        gates: [{ stage: 'evaluate', metric: 'rmse', verdict: 'pass' }],
        approvals: [
          {
            stage: 'evaluate',
            decision: 'continue',
            by: 'user:default/eve',
            reason: 'good enough',
          },
        ],
        parents: [
          {
            relation: 'previous',
            version: 1,
            runId: first.runId,
            commit: 'c1',
          },
          { relation: 'baseline', version: 1 },
        ],
        deployments: [
          { environment: 'production', version: 2 },
          { environment: 'staging', version: 2 },
        ],
      });
    });

    it('names the gates and decisions of the selected instance, and no others', async () => {
      const runId = await seedRun(db, { definition });
      const judged = async (
        instance: string,
        verdict: 'pass' | 'fail',
        selected: boolean,
      ) =>
        await seedResults(
          db,
          {
            gates: [
              {
                metric: 'rmse',
                demand: { max: 30 },
                verdict,
                reason: quoted(instance),
              },
            ],
          },
          { runId, stage: 'train', instance, selected },
        );
      const { stageId } = await judged('depth=2', 'pass', true);
      await judged('depth=4', 'fail', false);
      await db.transaction(async tx => {
        await insertApprovals(tx, [
          { runId, stageId, question: quoted('?'), at: AT },
        ]);
        await registerVersion(tx, {
          ...{ runId, pipelineRef: PIPELINE, at: AT },
          createdBy: 'user:default/guest',
        });
      });
      const { gates, approvals } = await service.get(PIPELINE, 1);
      expect(gates).toEqual([
        expect.objectContaining({ instance: 'depth=2', verdict: 'pass' }),
      ]);
      expect(gates[0]).not.toHaveProperty('isSelected');
      expect(approvals).toMatchObject([
        { stage: 'train', instance: 'depth=2' },
      ]);
    });

    it('asks as many queries whatever there is to tell', async () => {
      await registered('b', 'c1');
      const few = await countStatements(db, () => service.get(PIPELINE, 1));
      for (const environment of ['a', 'b', 'c', 'd', 'e']) {
        await deploy(1, environment);
        await registered('b', 'c1');
      }
      expect((await service.get(PIPELINE, 1)).reruns).toHaveLength(5);
      expect(await countStatements(db, () => service.get(PIPELINE, 1))).toBe(
        few,
      );
    });

    it('describes the model in its card as the catalog shows it to the reader', async () => {
      await registered('b', 'c1');
      const model = 'component:default/house-price';
      await db('pipelines').insert({
        ref: PIPELINE,
        title: 'House price',
        description: 'Trains and evaluates',
        type: 'model',
        lifecycle: 'experimental',
        owner_ref: 'group:default/ml',
        model_ref: model,
        synced_at: AT,
      });
      const [reader, stranger] = [
        mockCredentials.user('user:default/reader'),
        mockCredentials.user('user:default/stranger'),
      ];
      const describing = createService({
        describeModel: async (ref, asking) =>
          ref === model && asking === reader ? 'Guesses prices' : undefined,
      });
      expect(await describing.modelCard(PIPELINE, 1, reader)).toContain(
        'Guesses prices',
      );
      expect(await describing.modelCard(PIPELINE, 1, stranger)).toContain(
        'Trains and evaluates',
      );
    });

    it('says that nothing can be signed without a key', async () => {
      await registered('b', 'c1');
      expect((await service.get(PIPELINE, 1)).canSign).toBe(false);
      const sign = () => {
        throw new Error('Nothing is signed');
      };
      const signing = createService({ signer: { sign } });
      expect((await signing.get(PIPELINE, 1)).canSign).toBe(true);
      await expect(
        service.statement(PIPELINE, 1, 'provenance'),
      ).rejects.toThrow('Signing is not configured');
    });

    it('says that there is no such version', async () => {
      await expect(service.get(PIPELINE, 7)).rejects.toThrow(
        `${PIPELINE} has no version 7`,
      );
    });
  });
});
