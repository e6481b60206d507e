import { mockServices } from '@backstage/backend-test-utils';
import { ConflictError, NotFoundError } from '@backstage/errors';
import { quoted } from '@model-ci/backstage-plugin-model-ci-common';
import type { PushEvent } from '@model-ci/backstage-plugin-model-ci-node';
import type { PipelineRow } from '../database/tables/pipelines';
import type { FoundDefinition } from '../source/definitionReader';
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

interface Repository {
  /** Pipelines in the entity file at the commit. */
  refs?: string[];
  definition?: () => Promise<FoundDefinition>;
  /** What the mirror finds, call by call. */
  found?: PipelineRow[][];
  /** Whether the catalog has a pipeline, look by look. */
  looks?: boolean[];
  demandRunnable?: (ref: string) => Promise<void>;
}

const text = (branches: string) => async (): Promise<FoundDefinition> => ({
  type: 'text',
  file: 'model-pipeline.yaml',
  text: definitionFor(branches),
});

const missing =
  (what: 'entity' | 'definition') => async (): Promise<FoundDefinition> => ({
    type: 'missing',
    what,
    file: 'model-pipeline.yaml',
    reason: quoted('it is not there'),
  });

function createTrigger(repository: Repository = {}) {
  const { found = [[pipeline]], looks = [] } = repository;
  const pipelines = {
    sync: jest.fn(async () => {}),
    bySource: jest.fn(async () => found.shift() ?? []),
    syncOne: jest.fn(async (ref: string) =>
      looks.shift() ? { ...pipeline, ref } : undefined,
    ),
    refresh: jest.fn(async () => {}),
    demandRunnable: jest.fn(async (ref: string) => {
      await repository.demandRunnable?.(ref);
      return { ...pipeline, ref, source_url: SOURCE };
    }),
  };
  const start = jest.fn();
  const acknowledge = jest.fn(async () => {});
  const logger = mockServices.logger.mock();
  const definitions = {
    read: jest.fn(repository.definition ?? text('[main]')),
    listPipelines: jest.fn(async () => repository.refs ?? [pipeline.ref]),
  };
  const trigger = new PushTrigger({
    pipelines,
    runs: { start },
    definitions,
    acknowledge,
    logger,
    delay: async () => {},
  });
  return { trigger, pipelines, start, definitions, acknowledge, logger };
}

const started = (start: jest.Mock) =>
  start.mock.calls.map(([{ pipelineRef }]) => pipelineRef);

describe('PushTrigger', () => {
  it('starts a run at exactly the commit, once per push, in the name of who pushed', async () => {
    const { trigger, start, definitions, acknowledge } = createTrigger();
    await trigger.onEvent(push);
    expect(definitions.read).toHaveBeenCalledWith(
      {
        ref: pipeline.ref,
        sourceUrl: SOURCE,
        entityUrl: `${SOURCE}catalog-info.yaml`,
      },
      COMMIT,
    );
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
    expect(acknowledge).toHaveBeenCalledWith(push);
  });

  it.each([
    ['a branch that the definition at the commit names', '["feature/*"]', 1],
    ['a branch that it does not name', '[main]', 0],
  ])('decides for %s', async (_, branches, runs) => {
    const { trigger, start } = createTrigger({ definition: text(branches) });
    await trigger.onEvent({ ...push, branch: 'feature/x' });
    expect(start).toHaveBeenCalledTimes(runs);
  });

  it('starts a run of an invalid definition, which shows the errors', async () => {
    const { trigger, start } = createTrigger({
      definition: async () => ({ type: 'text', file: 'f', text: 'version: 7' }),
    });
    await trigger.onEvent({ ...push, branch: 'feature/x' });
    expect(start).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['main', 1],
    ['feature/x', 0],
  ])('without a definition at the commit, on %s', async (branch, runs) => {
    const { trigger, start } = createTrigger({
      definition: missing('definition'),
    });
    await trigger.onEvent({ ...push, branch });
    expect(start).toHaveBeenCalledTimes(runs);
  });

  it('runs nothing under a name that the push took away', async () => {
    const { trigger, start, acknowledge } = createTrigger({
      refs: [],
      definition: missing('entity'),
    });
    await trigger.onEvent(push);
    expect(start).not.toHaveBeenCalled();
    expect(acknowledge).toHaveBeenCalledTimes(1);
  });

  it('runs a pipeline under the name that the push gives it, once the catalog has read it', async () => {
    const renamed = 'modelpipeline:default/renamed';
    const { trigger, start, pipelines, acknowledge } = createTrigger({
      refs: [renamed],
      looks: [false, false, true],
      definition: text('[main]'),
      demandRunnable: async ref => {
        if (ref === pipeline.ref) {
          throw new NotFoundError('gone');
        }
      },
    });
    await trigger.onEvent(push);
    expect(started(start)).toEqual([renamed]);
    expect(pipelines.refresh).toHaveBeenCalledTimes(1);
    expect(acknowledge).toHaveBeenCalledTimes(1);
  });

  it('runs nothing of a pipeline that the catalog has from another repository', async () => {
    const { trigger, start, pipelines, acknowledge } = createTrigger({
      refs: [pipeline.ref, 'modelpipeline:default/theirs'],
      looks: [true],
    });
    pipelines.demandRunnable.mockImplementation(async ref => ({
      ...pipeline,
      ref,
      source_url:
        ref === pipeline.ref ? SOURCE : 'https://git.example/b.git/raw/main/',
    }));
    await trigger.onEvent(push);
    expect(started(start)).toEqual([pipeline.ref]);
    expect(acknowledge).toHaveBeenCalledTimes(1);
  });

  it('leaves a push to be announced again while the catalog has not read what it brought', async () => {
    const { trigger, start, acknowledge } = createTrigger({
      refs: [pipeline.ref, 'modelpipeline:default/added'],
    });
    await trigger.onEvent(push);
    expect(started(start)).toEqual([pipeline.ref]);
    expect(acknowledge).not.toHaveBeenCalled();
  });

  it('looks for new pipelines on the default branch alone', async () => {
    const { trigger, definitions } = createTrigger({
      refs: ['modelpipeline:default/added'],
    });
    await trigger.onEvent({ ...push, branch: 'feature/x' });
    expect(definitions.listPipelines).not.toHaveBeenCalled();
  });

  it.each([
    ['the catalog has not', new NotFoundError('gone')],
    ['belongs to somebody else', new ConflictError('claimed')],
  ])('runs no pipeline that %s, and is done', async (_, error) => {
    const { trigger, start, acknowledge } = createTrigger({
      demandRunnable: async () => {
        throw error;
      },
    });
    await trigger.onEvent(push);
    expect(start).not.toHaveBeenCalled();
    expect(acknowledge).toHaveBeenCalledTimes(1);
  });

  it('loses no push while the code host or the catalog is out of reach', async () => {
    for (const repository of [
      {
        definition: async () => {
          throw new Error('ECONNREFUSED');
        },
      },
      {
        demandRunnable: async () => {
          throw new Error('ECONNREFUSED');
        },
      },
    ]) {
      const { trigger, start, acknowledge } = createTrigger(repository);
      await trigger.onEvent(push);
      expect(start).not.toHaveBeenCalled();
      expect(acknowledge).not.toHaveBeenCalled();
    }
  });

  it('loses no push while the database is out of reach', async () => {
    const { trigger, pipelines, acknowledge } = createTrigger();
    pipelines.bySource.mockRejectedValueOnce(new Error('ECONNREFUSED'));
    await expect(trigger.onEvent(push)).rejects.toThrow('ECONNREFUSED');
    expect(acknowledge).not.toHaveBeenCalled();
  });

  it('ignores deleted branches', async () => {
    const { trigger, pipelines, start, acknowledge } = createTrigger();
    await trigger.onEvent({ ...push, after: undefined });
    expect(pipelines.bySource).not.toHaveBeenCalled();
    expect(start).not.toHaveBeenCalled();
    expect(acknowledge).toHaveBeenCalledTimes(1);
  });

  it('reads the catalog again for a repository that it does not know', async () => {
    const { trigger, pipelines, start } = createTrigger({
      found: [[], [pipeline]],
    });
    await trigger.onEvent(push);
    expect(pipelines.sync).toHaveBeenCalledTimes(1);
    expect(start).toHaveBeenCalledTimes(1);
  });

  it('starts the runs of the other pipelines when one cannot be started', async () => {
    const both = [pipeline, { ...pipeline, ref: 'modelpipeline:default/b' }];
    const { trigger, start, acknowledge, logger } = createTrigger({
      refs: both.map(({ ref }) => ref),
      found: [both, both],
    });
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
    const { trigger } = createTrigger();
    await expect(trigger.onEvent({ branch: 'main' })).rejects.toThrow();
  });
});
