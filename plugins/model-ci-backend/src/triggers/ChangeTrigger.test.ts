import { mockServices } from '@backstage/backend-test-utils';
import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import { quoted } from '@model-ci/backstage-plugin-model-ci-common';
import type { PipelineRow } from '../database/tables/pipelines';
import type { NamedRef } from '../source/commits/CommitFinder';
import type { FoundDefinition } from '../source/definitionReader';
import type { Change } from '../webhooks/change';
import { ChangeTrigger } from './ChangeTrigger';

const COMMIT = 'a'.repeat(40);
const SOURCE = 'https://git.example/a.git/raw/main/';

function definitionFor(trigger: string) {
  return `version: 1
triggers: { ${trigger.includes('{') ? trigger : `push: { ${trigger} }`} }
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
  definition_digest: null,
  synced_at: '2026-01-01T00:00:00.000Z',
  removed_at: null,
  claim: null,
  claim_seen_at: null,
};

const push: Change = {
  provider: 'model-ci-git',
  deliveryId: 'p1',
  event: 'push',
  repositoryUrl: 'https://git.example/a.git',
  ref: { type: 'branch', name: 'main' },
  defaultBranch: 'main',
  after: COMMIT,
  message: 'Fit the line',
  user: 'user:default/ann',
};
const KEY = 'push:p1';
const onBranch = (name: string): Change => ({
  ...push,
  ref: { type: 'branch', name },
});

interface Repository {
  /** Pipelines in the entity file at the commit. */
  refs?: string[];
  definition?: () => Promise<FoundDefinition>;
  /** What the mirror finds, call by call. */
  found?: PipelineRow[][];
  /** Whether the catalog has a pipeline, look by look. */
  looks?: boolean[];
  demandRunnable?: (ref: string) => Promise<void>;
  /** What the change touched. */
  paths?: string[];
  /** The user of the catalog. */
  user?: string;
  /** Whether the repository says that the commit is on a branch or tag. */
  isOn?: (ref: NamedRef) => boolean | undefined;
  /** Whether nothing newer is known of a pull request. */
  isCurrent?: boolean;
}

const text = (trigger: string) => async (): Promise<FoundDefinition> => ({
  type: 'text',
  file: 'model-pipeline.yaml',
  text: definitionFor(trigger),
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
    refresh: jest.fn(async (_refs: string[]) => {}),
    demandRunnable: jest.fn(async (ref: string) => {
      await repository.demandRunnable?.(ref);
      return { ...pipeline, ref, source_url: SOURCE };
    }),
  };
  const start = jest.fn(async () => ({ id: 'run-1' }));
  const logger = mockServices.logger.mock();
  const definitions = {
    read: jest.fn(repository.definition ?? text('branches: [main]')),
    listPipelines: jest.fn(async () => repository.refs ?? [pipeline.ref]),
  };
  const cancelPullRequest = jest.fn(async () => {});
  const movePullRequest = jest.fn(async () => repository.isCurrent ?? true);
  const findPaths = jest.fn(async () => repository.paths);
  const isOn = jest.fn(async (_url: string, _commit: string, ref: NamedRef) =>
    repository.isOn ? repository.isOn(ref) : true,
  );
  const resolve = jest.fn(async () => ({ commit: COMMIT }));
  const trigger = new ChangeTrigger({
    pipelines,
    runs: { start: start as never, cancelPullRequest },
    movePullRequest,
    definitions,
    source: {
      findDefaultBranch: () => 'main',
      repository: () => 'https://git.example/a',
      resolve,
      isOn,
      folder: () => 'models/a',
      isIn: ({ sourceUrl }, repositoryUrl) =>
        sourceUrl.startsWith(repositoryUrl),
    },
    findPaths,
    findUser: async ({ user }) =>
      'user' in repository ? repository.user : user,
    logger,
    delay: async () => {},
  });
  return {
    ...{ trigger, pipelines, start, definitions, findPaths, logger },
    ...{ cancelPullRequest, movePullRequest, isOn, resolve },
  };
}

const started = (start: jest.Mock) =>
  start.mock.calls.map(([{ pipelineRef }]) => pipelineRef);

describe('ChangeTrigger', () => {
  it('starts a run at exactly the commit, once per push, in the name of who pushed', async () => {
    const { trigger, start, definitions } = createTrigger();
    expect(await trigger.handle(push, KEY)).toEqual([
      { pipelineRef: pipeline.ref, runId: 'run-1', reason: undefined },
    ]);
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
          idempotencyKey: KEY,
          ...{ isVerified: true, isUntrusted: false },
        },
      ],
    ]);
  });

  it('starts a run in the name of the owner where nobody knows who pushed', async () => {
    const { trigger, start } = createTrigger({ user: undefined });
    await trigger.handle(push, KEY);
    expect(start).toHaveBeenCalledWith(
      expect.objectContaining({ createdBy: 'group:default/ml' }),
    );
  });

  it.each([
    ['branches: ["feature/*"]', 1, undefined],
    ['branches: [main]', 0, 'trigger.otherBranch'],
    ['tags: ["**"]', 0, 'trigger.otherBranch'],
  ])('decides by %s whether a branch is meant', async (own, runs, code) => {
    const { trigger, start } = createTrigger({ definition: text(own) });
    const [outcome] = await trigger.handle(onBranch('feature/x'), KEY);
    expect(start).toHaveBeenCalledTimes(runs);
    expect(outcome.reason?.code).toBe(code);
  });

  it.each([
    ['tags: ["v*"]', 1, undefined],
    ['tags: [w]', 0, 'trigger.otherTag'],
    ['branches: ["**"]', 0, 'trigger.otherTag'],
  ])('decides by %s whether a tag is meant', async (own, runs, code) => {
    const { trigger, start } = createTrigger({ definition: text(own) });
    const [outcome] = await trigger.handle(
      { ...push, ref: { type: 'tag', name: 'v1' } },
      KEY,
    );
    expect(start).toHaveBeenCalledTimes(runs);
    expect(outcome.reason?.code).toBe(code);
  });

  it('starts a run of a tag on no branch, whatever the name of the tag', async () => {
    const { trigger, start } = createTrigger({
      definition: text('tags: [main]'),
    });
    await trigger.handle({ ...push, ref: { type: 'tag', name: 'main' } }, KEY);
    expect(start).toHaveBeenCalledWith(
      expect.not.objectContaining({ ref: expect.anything() }),
    );
    expect(start).toHaveBeenCalledWith(
      expect.objectContaining({ tag: 'main', trigger: 'tag', commit: COMMIT }),
    );
  });

  it.each([
    ['its own folder', ['models/a/train.py'], 1, undefined],
    ['a shared folder', ['lib/x.py', 'README.md'], 1, undefined],
    ['another folder', ['models/b/train.py'], 0, 'trigger.otherPaths'],
    ['nobody knows what', undefined, 1, 'trigger.pathsUnknown'],
  ])('decides by paths where %s was changed', async (_, paths, runs, code) => {
    const { trigger, start } = createTrigger({
      definition: text('branches: [main], paths: ["**", /lib/]'),
      paths,
    });
    const [outcome] = await trigger.handle(push, KEY);
    expect(start).toHaveBeenCalledTimes(runs);
    expect(outcome.reason?.code).toBe(code);
  });

  it('keeps what was changed with the run, and asks for it once', async () => {
    const both = [pipeline, { ...pipeline, ref: 'modelpipeline:default/b' }];
    const { trigger, start, findPaths } = createTrigger({
      found: [both],
      refs: both.map(({ ref }) => ref),
      paths: ['models/a/train.py'],
    });
    await trigger.handle(push, KEY);
    expect(start).toHaveBeenCalledTimes(2);
    expect(start).toHaveBeenCalledWith(
      expect.objectContaining({
        changedPaths: { folder: 'models/a', paths: ['models/a/train.py'] },
      }),
    );
    expect(findPaths).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['message', 'trigger.skippedByMessage'],
    ['option', 'trigger.skippedByOption'],
  ] as const)('starts none where the %s asks for none', async (skip, code) => {
    const { trigger, start } = createTrigger();
    const [outcome] = await trigger.handle({ ...push, skip }, KEY);
    expect(start).not.toHaveBeenCalled();
    expect(outcome.reason?.code).toBe(code);
  });

  it('starts a run of an invalid definition, which shows the errors', async () => {
    const { trigger, start } = createTrigger({
      definition: async () => ({ type: 'text', file: 'f', text: 'version: 7' }),
    });
    await trigger.handle(onBranch('feature/x'), KEY);
    expect(start).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['main', 1],
    ['feature/x', 0],
  ])('without a definition at the commit, on %s', async (branch, runs) => {
    const { trigger, start } = createTrigger({
      definition: missing('definition'),
    });
    await trigger.handle(onBranch(branch), KEY);
    expect(start).toHaveBeenCalledTimes(runs);
  });

  it('runs nothing under a name that the push took away', async () => {
    const { trigger, start } = createTrigger({
      refs: [],
      definition: missing('entity'),
    });
    const [outcome] = await trigger.handle(push, KEY);
    expect(start).not.toHaveBeenCalled();
    expect(outcome.isOpen).toBeUndefined();
  });

  it('runs a pipeline under the name that the push gives it, once the catalog has read it', async () => {
    const renamed = 'modelpipeline:default/renamed';
    const { trigger, start, pipelines } = createTrigger({
      refs: [renamed],
      looks: [false, false, true],
      demandRunnable: async ref => {
        if (ref === pipeline.ref) {
          throw new NotFoundError('gone');
        }
      },
    });
    const outcomes = await trigger.handle(push, KEY);
    expect(started(start)).toEqual([renamed]);
    // For the push, and for the pipeline that is not there at the first look.
    expect(pipelines.refresh).toHaveBeenCalledTimes(2);
    expect(outcomes.map(({ isOpen }) => isOpen)).toEqual([
      undefined,
      undefined,
    ]);
  });

  const read = [[[pipeline.ref]]];
  it.each([
    ['the default branch', {}, read],
    // Its schedules may have changed all the same.
    ['the default branch that asks for no run', { skip: 'message' }, read],
    ['another branch', { ref: { type: 'branch', name: 'x' } }, []],
    ['a tag', { ref: { type: 'tag', name: 'main' } }, []],
    ['the default branch, which is deleted', { after: undefined }, []],
  ] as const)(
    'has the catalog read the files again, or not, after a push of %s',
    async (_, change, refreshed) => {
      const { trigger, pipelines } = createTrigger();
      await trigger.handle({ ...push, ...change }, KEY);
      expect(pipelines.refresh.mock.calls).toEqual(refreshed);
    },
  );

  it('leaves it to the portal’s own git host to announce its pushes to the catalog', async () => {
    const source = 'https://portal.example/api/model-ci-git/a.git/raw/main/';
    const own = { ...pipeline, source_url: source };
    const { trigger, pipelines } = createTrigger({ found: [[own]] });
    await trigger.handle(push, KEY);
    expect(pipelines.refresh).not.toHaveBeenCalled();
  });

  it('runs nothing of a pipeline that the catalog has from another repository', async () => {
    const { trigger, start, pipelines } = createTrigger({
      refs: [pipeline.ref, 'modelpipeline:default/theirs'],
      looks: [true],
    });
    pipelines.demandRunnable.mockImplementation(async ref => ({
      ...pipeline,
      ref,
      source_url:
        ref === pipeline.ref ? SOURCE : 'https://git.example/b.git/raw/main/',
    }));
    const [, theirs] = await trigger.handle(push, KEY);
    expect(started(start)).toEqual([pipeline.ref]);
    expect(theirs.reason?.code).toBe('trigger.otherRepository');
  });

  it('leaves a push open while the catalog has not read what it brought', async () => {
    const { trigger, start } = createTrigger({
      refs: [pipeline.ref, 'modelpipeline:default/added'],
    });
    const outcomes = await trigger.handle(push, KEY);
    expect(started(start)).toEqual([pipeline.ref]);
    expect(outcomes.map(({ isOpen }) => isOpen)).toEqual([undefined, true]);
  });

  it.each([
    ['a feature branch', onBranch('feature/x')],
    ['a tag', { ...push, ref: { type: 'tag' as const, name: 'main' } }],
  ])('looks for no new pipelines on %s', async (_, change) => {
    const { trigger, definitions } = createTrigger({
      refs: ['modelpipeline:default/added'],
    });
    await trigger.handle(change, KEY);
    expect(definitions.listPipelines).not.toHaveBeenCalled();
  });

  it.each([
    ['the catalog has not', new NotFoundError('gone')],
    ['belongs to somebody else', new ConflictError('claimed')],
  ])('runs no pipeline that %s, and says so', async (_, error) => {
    const { trigger, start } = createTrigger({
      demandRunnable: async () => {
        throw error;
      },
    });
    const [outcome] = await trigger.handle(push, KEY);
    expect(start).not.toHaveBeenCalled();
    expect(outcome).toMatchObject({ reason: { text: error.message } });
    expect(outcome.isOpen).toBeUndefined();
  });

  it('loses no push while the code host or the catalog is out of reach', async () => {
    const fail = async () => {
      throw new Error('ECONNREFUSED');
    };
    for (const repository of [{ definition: fail }, { demandRunnable: fail }]) {
      const { trigger, start } = createTrigger(repository);
      const [outcome] = await trigger.handle(push, KEY);
      expect(start).not.toHaveBeenCalled();
      expect(outcome).toMatchObject({
        isOpen: true,
        reason: { code: 'trigger.triedAgain' },
      });
    }
  });

  it('loses no push while the database is out of reach', async () => {
    const { trigger, pipelines } = createTrigger();
    pipelines.bySource.mockRejectedValueOnce(new Error('ECONNREFUSED'));
    await expect(trigger.handle(push, KEY)).rejects.toThrow('ECONNREFUSED');
  });

  it('tries no change again that no host could mean', async () => {
    const { trigger, start } = createTrigger();
    start.mockRejectedValueOnce(new InputError('is no commit'));
    const [outcome] = await trigger.handle(push, KEY);
    expect(outcome).toMatchObject({ reason: { text: 'is no commit' } });
    expect(outcome.isOpen).toBeUndefined();
  });

  it('has nothing to run of a deleted branch', async () => {
    const { trigger, start } = createTrigger();
    const [outcome] = await trigger.handle({ ...push, after: undefined }, KEY);
    expect(start).not.toHaveBeenCalled();
    expect(outcome.reason?.code).toBe('trigger.deleted');
  });

  it('has nothing to run where a host only says that it is there', async () => {
    const { trigger, start } = createTrigger();
    const ping = { ...push, ref: undefined, after: undefined };
    const [outcome] = await trigger.handle(ping, KEY);
    expect(start).not.toHaveBeenCalled();
    expect(outcome.reason?.code).toBe('trigger.reached');
  });

  it('reads the catalog again for a repository that it does not know', async () => {
    const { trigger, pipelines, start } = createTrigger({
      found: [[], [pipeline]],
    });
    await trigger.handle(push, KEY);
    expect(pipelines.sync).toHaveBeenCalledTimes(1);
    expect(start).toHaveBeenCalledTimes(1);
  });

  it('starts the runs of the other pipelines when one cannot be started', async () => {
    const both = [pipeline, { ...pipeline, ref: 'modelpipeline:default/b' }];
    const { trigger, start, logger } = createTrigger({
      refs: both.map(({ ref }) => ref),
      found: [both, both],
    });
    start.mockRejectedValueOnce(new Error('no'));
    const outcomes = await trigger.handle(push, KEY);
    expect(start).toHaveBeenCalledTimes(2);
    expect(outcomes.map(({ isOpen }) => isOpen)).toEqual([true, undefined]);
    expect(logger.error).toHaveBeenCalledWith(
      expect.stringContaining(pipeline.ref),
    );
  });

  it('starts nothing of a commit that was announced, and is not on the branch', async () => {
    const { trigger, start, definitions } = createTrigger({
      isOn: () => false,
    });
    const [outcome] = await trigger.handle(push, KEY);
    expect(outcome.reason?.code).toBe('trust.notOnRef');
    expect(outcome.isOpen).toBeUndefined();
    expect(definitions.read).not.toHaveBeenCalled();
    expect(start).not.toHaveBeenCalled();
  });

  it('asks about a tag as a tag', async () => {
    const { trigger, isOn } = createTrigger({
      definition: text('tags: ["v*"]'),
    });
    const ref = { type: 'tag' as const, name: 'v1' };
    await trigger.handle({ ...push, ref }, KEY);
    expect(isOn).toHaveBeenCalledWith(SOURCE, COMMIT, ref, expect.anything());
  });

  it('leaves it to the preparation of the run where the host cannot be asked', async () => {
    const { trigger, start } = createTrigger({ isOn: () => undefined });
    await trigger.handle(push, KEY);
    expect(start).toHaveBeenCalledWith(
      expect.objectContaining({ isVerified: false, isUntrusted: false }),
    );
  });

  it('tries again while the host does not answer', async () => {
    const { trigger, start } = createTrigger({
      isOn: () => {
        throw new Error('503');
      },
    });
    const [outcome] = await trigger.handle(push, KEY);
    expect(outcome.isOpen).toBe(true);
    expect(start).not.toHaveBeenCalled();
  });

  describe('of a pull request', () => {
    const request: Change = {
      ...push,
      provider: 'github',
      event: 'pull_request opened',
      ref: undefined,
      author: 'bea',
      pullRequest: {
        action: 'open',
        number: 12,
        url: 'https://git.example/a/pull/12',
        sourceBranch: 'main',
        targetBranch: 'main',
        isFork: false,
        updatedAt: '2026-11-02T09:00:00.000Z',
      },
    };
    const fork: Change = {
      ...request,
      pullRequest: { ...request.pullRequest!, isFork: true },
    };
    const definition = text('pullRequest: { branches: [main] }');

    it('starts a run of no branch, and cancels those before it', async () => {
      const { trigger, start, cancelPullRequest } = createTrigger({
        definition,
      });
      const [outcome] = await trigger.handle(request, KEY);
      expect(outcome.runId).toBe('run-1');
      expect(start).toHaveBeenCalledWith({
        pipelineRef: pipeline.ref,
        sourceUrl: SOURCE,
        commit: COMMIT,
        commitMessage: 'Fit the line',
        createdBy: 'user:default/ann',
        trigger: 'pull_request',
        isUntrusted: false,
        isVerified: true,
        pullRequest: {
          number: 12,
          url: 'https://git.example/a/pull/12',
          title: 'Fit the line',
          author: 'bea',
          sourceBranch: 'main',
          targetBranch: 'main',
        },
        idempotencyKey: KEY,
      });
      expect(cancelPullRequest.mock.calls).toEqual([
        [
          { pipelineRef: pipeline.ref, number: 12, exceptRun: 'run-1' },
          'user:default/ann',
        ],
      ]);
    });

    it('shows who opened it, and is by who changed it', async () => {
      const { trigger, start } = createTrigger({ definition });
      const own = { ...request.pullRequest!, author: 'cy' };
      await trigger.handle({ ...request, pullRequest: own }, KEY);
      expect(start).toHaveBeenCalledWith(
        expect.objectContaining({
          createdBy: 'user:default/ann',
          pullRequest: expect.objectContaining({ author: 'cy' }),
        }),
      );
    });

    it.each([
      ['pullRequest: { branches: ["release/*"] }', 'trigger.otherTarget'],
      ['push: { branches: [main] }', 'trigger.noPullRequest'],
      ['pullRequest: { paths: [/docs/] }', 'trigger.otherRequestPaths'],
    ])('starts none by %s', async (own, code) => {
      const { trigger, start, cancelPullRequest } = createTrigger({
        definition: text(own),
        paths: ['models/a/train.py'],
      });
      const [outcome] = await trigger.handle(request, KEY);
      expect(outcome.reason?.code).toBe(code);
      expect(start).not.toHaveBeenCalled();
      expect(cancelPullRequest).not.toHaveBeenCalled();
    });

    it('cancels what goes on once it is closed', async () => {
      const { trigger, start, cancelPullRequest } = createTrigger({
        definition,
      });
      const [outcome] = await trigger.handle(
        {
          ...request,
          pullRequest: { ...request.pullRequest!, action: 'close' },
        },
        KEY,
      );
      expect(outcome.reason?.code).toBe('trigger.requestClosed');
      expect(start).not.toHaveBeenCalled();
      expect(cancelPullRequest).toHaveBeenCalledTimes(1);
    });

    it('that came late changes nothing', async () => {
      const { trigger, start, cancelPullRequest } = createTrigger({
        definition,
        isCurrent: false,
      });
      const [outcome] = await trigger.handle(request, KEY);
      expect(outcome.reason?.code).toBe('trigger.requestMoved');
      expect(start).not.toHaveBeenCalled();
      expect(cancelPullRequest).not.toHaveBeenCalled();
    });

    it('from a fork waits until somebody agrees, and is untrusted then', async () => {
      const { trigger, start, cancelPullRequest } = createTrigger({
        definition,
      });
      const [waiting] = await trigger.handle(fork, KEY);
      expect(waiting.reason?.code).toBe('trigger.needsAgreement');
      expect(start).not.toHaveBeenCalled();
      // What was agreed to before is superseded all the same.
      expect(cancelPullRequest).toHaveBeenCalledTimes(1);
      const agreed = await trigger.agree(fork, KEY, {
        pipelineRef: pipeline.ref,
        by: 'user:default/bea',
      });
      expect(agreed.runId).toBe('run-1');
      expect(start).toHaveBeenCalledWith(
        expect.objectContaining({
          isUntrusted: true,
          createdBy: 'user:default/bea',
        }),
      );
    });

    it('from a fork: nothing of it is asked for or read before somebody agrees', async () => {
      const { trigger, start, definitions, findPaths, isOn, resolve } =
        createTrigger({ definition });
      const short = { ...fork, after: COMMIT.slice(0, 12) };
      const [waiting] = await trigger.handle(short, KEY);
      expect(waiting.reason?.code).toBe('trigger.needsAgreement');
      expect(definitions.read.mock.calls).toEqual([
        [expect.objectContaining({ ref: pipeline.ref }), 'main'],
      ]);
      for (const asking of [isOn, resolve, findPaths]) {
        expect(asking).not.toHaveBeenCalled();
      }
      await trigger.agree(short, KEY, {
        pipelineRef: pipeline.ref,
        by: 'user:default/bea',
      });
      expect(definitions.read).toHaveBeenLastCalledWith(
        expect.anything(),
        COMMIT,
      );
      expect(start).toHaveBeenCalledWith(
        expect.objectContaining({ commit: COMMIT, isUntrusted: true }),
      );
    });

    it.each([
      ['push: { branches: [main] }', 'trigger.noPullRequest'],
      ['pullRequest: { branches: [release] }', 'trigger.otherTarget'],
    ])(
      'from a fork waits for nobody where its target says `%s`',
      async (triggers, code) => {
        const { trigger } = createTrigger({ definition: text(triggers) });
        const [outcome] = await trigger.handle(fork, KEY);
        expect(outcome.reason?.code).toBe(code);
      },
    );

    it.each([false, undefined])(
      'counts as one of a fork, whatever was announced, unless its branch has the commit: %s',
      async isOn => {
        const { trigger, start } = createTrigger({
          definition,
          isOn: () => isOn,
        });
        const [outcome] = await trigger.handle(request, KEY);
        expect(outcome.reason?.code).toBe('trigger.needsAgreement');
        expect(start).not.toHaveBeenCalled();
      },
    );

    it('from a fork that has changed since cannot be agreed to', async () => {
      const { trigger, start } = createTrigger({
        definition,
        isCurrent: false,
      });
      const outcome = await trigger.agree(fork, KEY, {
        pipelineRef: pipeline.ref,
        by: 'user:default/bea',
      });
      expect(outcome.reason?.code).toBe('trigger.requestMoved');
      expect(start).not.toHaveBeenCalled();
    });
  });
});
