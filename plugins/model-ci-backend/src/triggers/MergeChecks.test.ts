import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Knex } from 'knex';
import { recordDelivery } from '../database/operations/deliveries/recordDelivery';
import { settleDelivery } from '../database/operations/deliveries/settleDelivery';
import { findPipelinesBySource } from '../database/operations/pipelines/findPipelinesBySource';
import { storeReason } from '../database/storedReason';
import { createTestDatabases } from '../database/testDatabase';
import {
  createEngines,
  pipelineOf,
  TEST_PIPELINE,
} from '../engine/testing/createEngines';
import { insertPipeline } from '../secrets/testing/createSecrets';
import { MergeChecks } from './MergeChecks';

const databases = createTestDatabases();
const COMMIT = 'abcdef0123'.repeat(4);
const REPOSITORY = 'https://portal.example/api/model-ci-git/A.git';
const AT = '2026-12-01T00:00:00.000Z';

describe.each(databases.ids)('Checks before a merge on %s', databaseId => {
  let db: Knex;
  let fixture: ReturnType<typeof createEngines>;
  let count = 0;

  beforeEach(async () => {
    db = await databases.init(databaseId);
    fixture = createEngines(db, {
      files: pipelineOf('train: { run: train }'),
      executors: [],
    });
    await insertPipeline(db, {
      ...{ ref: TEST_PIPELINE, sourceUrl: `${REPOSITORY}/raw/main/` },
    });
  });

  const start = async (number?: number) => {
    const id = await fixture.start({
      ...{ sourceUrl: `${REPOSITORY}/raw/main/`, commit: COMMIT },
      trigger: number ? 'pull_request' : 'push',
      ...(number && {
        pullRequest: {
          ...{ number, url: `https://host.example/${number}` },
          ...{ sourceBranch: 'x', targetBranch: 'main' },
        },
      }),
    });
    return id;
  };
  const end = (id: string, status: string) =>
    db('runs')
      .where({ id })
      .update({ status, started_at: AT, finished_at: AT });
  /** What the pipeline, which is the only one of the repository, says. */
  const check = async (number = 7) => {
    const checks = new MergeChecks({
      ...{ db, appUrl: 'https://portal.example' },
      pipelines: { bySource: url => findPipelinesBySource(db, url) },
    });
    const query = { repositoryUrl: `${REPOSITORY}/`, number, commit: COMMIT };
    const [found] = await checks.list(query);
    return found;
  };
  /** As of the announcement of a request, before anything, or once this came of it. */
  const announce = async (number: number, why?: Reason) => {
    const id = `d${(count += 1)}`;
    const { row } = await recordDelivery(db, {
      delivery: {
        ...{ provider: 'model-ci-git', delivery_key: id, digest: null },
        repository: REPOSITORY.toLocaleLowerCase('en-US'),
        change: JSON.stringify({
          ...{ provider: 'model-ci-git', deliveryId: id, event: 'x' },
          ...{ repositoryUrl: REPOSITORY, after: COMMIT },
          pullRequest: {
            ...{ action: 'open', number, url: 'https://host.example/7' },
            ...{ sourceBranch: 'x', targetBranch: 'main' },
            ...{ isFork: false, updatedAt: AT },
          },
        }),
        ...{ event: 'x', ref: null, before_commit: null, commit: COMMIT },
      },
      ...{ at: AT, nextTryAt: AT },
    });
    if (why) {
      const outcome = {
        ...{
          pipeline_ref: TEST_PIPELINE,
          run_id: null,
          reason: storeReason(why),
        },
      };
      await settleDelivery(db, { id: row.id, outcomes: [outcome] });
    }
  };

  it('pass only where the newest run of the request succeeded', async () => {
    const failed = await start(7);
    expect(await check()).toMatchObject({
      run: {
        ...{ id: failed, number: 1, status: 'queued' },
        url: `https://portal.example/model-ci/runs/${failed}`,
      },
      reason: { code: 'mergeCheck.notEnded' },
    });
    await end(failed, 'failed');
    expect((await check()).reason).toMatchObject({
      code: 'mergeCheck.notSucceeded',
      text: expect.stringMatching(/^Run 1 of .* did not succeed \(failed\)$/),
    });
    await end(await start(7), 'succeeded');
    expect(await check()).toMatchObject({ run: { number: 2 } });
    expect((await check()).reason).toBeUndefined();
  });

  it('are decided by runs of the request, whatever its branch or another request has', async () => {
    await end(await start(7), 'failed');
    await end(await start(), 'succeeded');
    await end(await start(8), 'succeeded');
    expect((await check()).run).toMatchObject({ number: 1 });
    // A request that started none has the run of its branch.
    expect((await check(9)).run).toMatchObject({ number: 2 });
  });

  it.each([
    ['trigger.skippedByMessage', 'mergeCheck.noRun'],
    ['trigger.noPullRequest', undefined],
    ['trigger.otherRequestPaths', undefined],
  ] as const)('without a run because of %s say %s', async (why, code) => {
    await end(await start(8), 'succeeded');
    await announce(7);
    expect((await check()).reason?.code).toBe('mergeCheck.notStarted');
    await announce(8, reason('trigger.otherRepository'));
    await announce(7, reason(why));
    const { run, reason: blocking } = await check();
    expect([run, blocking?.code]).toEqual([undefined, code]);
  });
});
