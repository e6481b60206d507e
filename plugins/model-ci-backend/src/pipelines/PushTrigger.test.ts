import { mockServices } from '@backstage/backend-test-utils';
import { NotFoundError } from '@backstage/errors';
import type { PushEvent } from '@model-ci/backstage-plugin-model-ci-node';
import type { PipelineRow } from '../database/tables/pipelines';
import { PushTrigger } from './PushTrigger';

const COMMIT = 'a'.repeat(40);
const SOURCE = 'https://git.example/a.git/raw/main/';

function definitionFor(branches: string) {
  return `version: 1
triggers: { push: { branches: ${branches} } }
stages: { train: { run: 'true', image: busybox } }
`;
}

const pipeline: PipelineRow = {
  ref: 'modelpipeline:default/a',
  title: 'a',
  description: null,
  type: 'training',
  lifecycle: 'experimental',
  owner_ref: 'group:default/ml',
  model_ref: 'component:default/a',
  source_url: SOURCE,
  source_identity: SOURCE,
  source_problem: null,
  entity_url: `${SOURCE}catalog-info.yaml`,
  entity_uid: null,
  definition: JSON.stringify({
    version: 1,
    triggers: { push: { branches: ['main'] } },
    stages: { train: { run: 'true', image: 'busybox' } },
  }),
  synced_at: '2026-01-01T00:00:00.000Z',
  removed_at: null,
  claim: null,
  claim_seen_at: null,
};

const push: PushEvent = {
  id: 'p1',
  repositoryUrl: 'https://git.example/a.git/',
  branch: 'main',
  defaultBranch: 'main',
  after: COMMIT,
  message: 'Fit the line',
  pushedBy: 'user:default/ann',
};

function createTrigger(
  readDefinition: () => Promise<string>,
  found: PipelineRow[][] = [[pipeline]],
) {
  const pipelines = {
    sync: jest.fn(async () => {}),
    bySource: jest.fn(async () => found.shift() ?? []),
  };
  const start = jest.fn();
  const acknowledge = jest.fn(async () => {});
  const logger = mockServices.logger.mock();
  const read = jest.fn(readDefinition);
  const trigger = new PushTrigger({
    pipelines,
    runs: { start },
    readDefinition: read,
    acknowledge,
    logger,
  });
  return { trigger, pipelines, start, read, acknowledge, logger };
}

describe('PushTrigger', () => {
  it('starts a run at exactly the commit, once per push, in the name of who pushed', async () => {
    const { trigger, start, read } = createTrigger(async () =>
      definitionFor('[main]'),
    );
    await trigger.onEvent(push);
    expect(read).toHaveBeenCalledWith(SOURCE, COMMIT);
    expect(start.mock.calls).toEqual([
      [
        {
          pipelineRef: pipeline.ref,
          sourceUrl: SOURCE,
          ref: 'main',
          commit: COMMIT,
          commitMessage: 'Fit the line',
          trigger: 'push',
          createdBy: 'user:default/ann',
          idempotencyKey: 'push:p1',
        },
      ],
    ]);
  });

  it.each([
    ['a branch that the definition at the commit names', '["feature/*"]', 1],
    ['a branch that it does not name', '[main]', 0],
  ])('decides for %s', async (_, branches, runs) => {
    const { trigger, start } = createTrigger(async () =>
      definitionFor(branches),
    );
    await trigger.onEvent({ ...push, branch: 'feature/x' });
    expect(start).toHaveBeenCalledTimes(runs);
  });

  it('starts a run of a mistaken definition, which shows the mistakes', async () => {
    const { trigger, start } = createTrigger(async () => 'version: 7');
    await trigger.onEvent({ ...push, branch: 'feature/x' });
    expect(start).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['main', 1],
    ['feature/x', 0],
  ])('without a definition at the commit, on %s', async (branch, runs) => {
    const { trigger, start } = createTrigger(async () => {
      throw new NotFoundError('no file');
    });
    await trigger.onEvent({ ...push, branch });
    expect(start).toHaveBeenCalledTimes(runs);
  });

  it.each([
    ['main', 1],
    ['feature/x', 0],
  ])('while the code host is out of reach, on %s', async (branch, runs) => {
    const { trigger, start, logger } = createTrigger(async () => {
      throw new Error('ECONNREFUSED');
    });
    await trigger.onEvent({ ...push, branch });
    expect(start).toHaveBeenCalledTimes(runs);
    expect(logger.warn).toHaveBeenCalled();
  });

  it('ignores deleted branches', async () => {
    const { trigger, pipelines, start, acknowledge } = createTrigger(
      async () => '',
    );
    await trigger.onEvent({ ...push, after: undefined });
    expect(pipelines.bySource).not.toHaveBeenCalled();
    expect(start).not.toHaveBeenCalled();
    expect(acknowledge).toHaveBeenCalledTimes(1);
  });

  it('reads the catalog again for a repository that it does not know', async () => {
    const { trigger, pipelines, start } = createTrigger(
      async () => definitionFor('[main]'),
      [[], [pipeline]],
    );
    await trigger.onEvent(push);
    expect(pipelines.sync).toHaveBeenCalledTimes(1);
    expect(start).toHaveBeenCalledTimes(1);
  });

  it('starts the runs of the other pipelines when one cannot be started', async () => {
    const both = [pipeline, { ...pipeline, ref: 'modelpipeline:default/b' }];
    const { trigger, start, acknowledge, logger } = createTrigger(
      async () => definitionFor('[main]'),
      [both, both],
    );
    start.mockRejectedValueOnce(new Error('no'));
    await trigger.onEvent(push);
    expect(start).toHaveBeenCalledTimes(2);
    // Announced again, it is complete.
    expect(acknowledge).not.toHaveBeenCalled();
    await trigger.onEvent(push);
    expect(acknowledge).toHaveBeenCalledWith(push);
    expect(logger.error).toHaveBeenCalledWith(
      expect.stringContaining(pipeline.ref),
    );
  });

  it('refuses events that are none', async () => {
    const { trigger } = createTrigger(async () => '');
    await expect(trigger.onEvent({ branch: 'main' })).rejects.toThrow();
  });
});
