import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import type { Knex } from 'knex';
import { createTestDatabases } from '../database/testDatabase';
import { movePullRequest } from '../database/operations/deliveries/movePullRequest';
import type { Change } from '../webhooks/change';
import {
  AFTER,
  BEFORE,
  githubPush,
  gitlabPush,
} from '../webhooks/testing/announcements';
import { githubRequest } from '../webhooks/testing/requests';
import type { Outcome } from './ChangeTrigger';
import { Deliveries } from './Deliveries';
import { receivePullRequest, receivePush, receiveWebhook } from './receive';

const databases = createTestDatabases();
/** In the repository of `githubRequest`. */
const OF_REQUESTS = {
  repository: {
    html_url: 'https://git.example/acme/models',
    default_branch: 'main',
  },
};
const integrations = ScmIntegrations.fromConfig(
  new ConfigReader({
    integrations: {
      github: [{ host: 'git.example', apiBaseUrl: 'https://git.example/api' }],
    },
  }),
);
const PIPELINE = 'modelpipeline:default/a';
const QUERY = { limit: 50, pipelineRef: PIPELINE };

const push = {
  id: 'p1',
  repositoryUrl: 'https://portal.example/api/model-ci-git/a.git/',
  branch: 'main',
  defaultBranch: 'main',
  after: AFTER,
  pushedBy: 'user:default/ann',
};

class Fixture {
  now = new Date('2026-11-02T09:00:00.000Z');
  readonly outcomes: Outcome[][] = [];
  readonly logger = mockServices.logger.mock();
  readonly handle = jest.fn(
    async (_: Change, __: string): Promise<Outcome[]> =>
      this.outcomes.shift() ?? [
        { pipelineRef: PIPELINE, reason: reason('trigger.noPush') },
      ],
  );
  readonly agree = jest.fn(
    async (): Promise<Outcome> => ({ pipelineRef: PIPELINE, runId: 'run-1' }),
  );
  readonly deliveries: Deliveries;
  readonly #working: Promise<unknown>[] = [];

  constructor(readonly db: Knex) {
    this.deliveries = new Deliveries({
      ...{ db, logger: this.logger },
      trigger: { handle: this.handle, agree: this.agree },
      now: () => this.now,
    });
  }

  async announce(
    topic: string,
    { headers, payload }: ReturnType<typeof githubPush>,
  ) {
    await receiveWebhook(
      { topic, eventPayload: payload, metadata: headers },
      {
        ...{ deliveries: this.deliveries, logger: this.logger, integrations },
        onWork: work => this.#working.push(work),
      },
    );
    await Promise.all(this.#working.splice(0));
  }

  /** As where the process ends before anything follows. */
  async record(branch: string, repository = 'models') {
    await this.deliveries.record({
      ...{ provider: 'github', deliveryId: branch, event: 'push' },
      repositoryUrl: `https://github.com/acme/${repository}`,
      ref: { type: 'branch', name: branch },
      after: AFTER,
    });
  }

  /** Branches and commits that runs would have been started of. */
  get worked() {
    return this.handle.mock.calls.map(
      ([{ ref, after }]) => `${ref?.name} ${after?.slice(0, 4)}`,
    );
  }

  pass(minutes: number) {
    this.now = new Date(this.now.getTime() + minutes * 60_000);
  }

  async list() {
    return (await this.deliveries.list(QUERY)).items;
  }
}

describe.each(databases.ids)('Deliveries on %s', databaseId => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = new Fixture(await databases.init(databaseId));
  });

  it('are shown with what they led to', async () => {
    fixture.outcomes.push([
      { pipelineRef: PIPELINE, reason: reason('trigger.otherPaths') },
      { pipelineRef: 'modelpipeline:default/b' },
    ]);
    await fixture.announce('github', githubPush());
    expect(await fixture.list()).toMatchObject([
      {
        provider: 'github',
        event: 'push',
        repositoryUrl: 'https://github.com/acme/models',
        ref: { type: 'branch', name: 'main' },
        commit: AFTER,
        message: 'Fit the line',
        author: 'ann',
        receivedAt: '2026-11-02T09:00:00.000Z',
        repeats: 0,
        isOpen: false,
        reason: { code: 'trigger.otherPaths' },
      },
    ]);
  });

  it('start nothing twice, whether their id, their payload or their push is the same', async () => {
    await fixture.announce('github', githubPush());
    // A person has GitHub deliver it again.
    await fixture.announce('github', githubPush());
    // Somebody repeats what was signed, under an id that nobody signs.
    await fixture.announce('github', githubPush({}, 'another-id'));
    // A webhook of the organisation announces the same push.
    await fixture.announce(
      'github',
      githubPush({ organization: { login: 'acme' } }, 'third-id'),
    );
    expect(fixture.worked).toEqual(['main 0d1a']);
    expect(await fixture.list()).toMatchObject([{ repeats: 3 }]);
  });

  it('that a webhook of GitLab caused are not taken for their cause', async () => {
    const cause = gitlabPush();
    const effect = gitlabPush({ ref: 'refs/heads/generated' });
    for (const [index, { headers, payload }] of [cause, effect].entries()) {
      const own = { ...headers, 'idempotency-key': `${index}` };
      await fixture.announce('gitlab', { headers: own, payload });
    }
    expect(fixture.worked).toEqual(['main 0d1a', 'generated 0d1a']);
  });

  it('that come at the same time start nothing twice', async () => {
    await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        fixture.announce('github', githubPush({ index }, `id-${index}`)),
      ),
    );
    expect(fixture.worked).toEqual(['main 0d1a']);
  });

  it('of a branch that went back and forth are pushes of their own', async () => {
    const forth = { before: BEFORE, after: AFTER };
    const back = { before: AFTER, after: BEFORE, head_commit: null };
    for (const [index, change] of [forth, back, forth].entries()) {
      await fixture.announce(
        'github',
        githubPush({ ...change, index }, `id-${index}`),
      );
    }
    expect(fixture.worked).toEqual(['main 0d1a', 'main 6113', 'main 0d1a']);
  });

  it('in another order than they were pushed are each worked on once', async () => {
    const third = 'c'.repeat(40);
    const later = githubPush(
      { before: AFTER, after: third, head_commit: null },
      'later',
    );
    await fixture.announce('github', later);
    await fixture.announce('github', githubPush());
    await fixture.announce('github', later);
    expect(fixture.worked).toEqual(['main cccc', 'main 0d1a']);
  });

  it('of two hosts, and of a branch and a tag of one name, are different', async () => {
    await fixture.announce('github', githubPush());
    await fixture.announce('gitlab', gitlabPush());
    await fixture.announce(
      'github',
      githubPush({ ref: 'refs/tags/main' }, 'tag'),
    );
    expect(fixture.worked).toHaveLength(3);
  });

  it.each([
    ['功能/новая-ветка'],
    ['refs/heads/x'],
    ['b'.repeat(250)],
    [`quote's "and" \\u0000 %_`],
  ])('of the branch %j are kept', async branch => {
    const change = { ref: `refs/heads/${branch}` };
    await fixture.announce('github', githubPush(change));
    await fixture.announce('github', githubPush(change, 'again'));
    expect(await fixture.list()).toMatchObject([
      { ref: { name: branch }, repeats: 1 },
    ]);
  });

  it('are tried again, later each time, until everything is done', async () => {
    const open: Outcome = {
      pipelineRef: PIPELINE,
      reason: reason('trigger.notInCatalog'),
      isOpen: true,
    };
    fixture.outcomes.push([open], [open]);
    await fixture.announce('github', githubPush());
    expect(await fixture.list()).toMatchObject([{ isOpen: true }]);
    await fixture.deliveries.workDue();
    expect(fixture.handle).toHaveBeenCalledTimes(1);
    fixture.pass(1);
    await fixture.deliveries.workDue();
    await fixture.deliveries.workDue();
    expect(fixture.handle).toHaveBeenCalledTimes(2);
    fixture.pass(2);
    await fixture.deliveries.workDue();
    expect(await fixture.list()).toMatchObject([
      { isOpen: false, reason: { code: 'trigger.noPush' } },
    ]);
    // Each time under the same key, so that no run is started twice.
    expect(new Set(fixture.handle.mock.calls.map(([, key]) => key)).size).toBe(
      1,
    );
    fixture.pass(10_000);
    await fixture.deliveries.workDue();
    expect(fixture.handle).toHaveBeenCalledTimes(3);
  });

  it('of a storm are all worked off by one look, a few at once, and one of each repository', async () => {
    const busy: string[] = [];
    let most = 0;
    fixture.handle.mockImplementation(async ({ repositoryUrl }) => {
      expect(busy).not.toContain(repositoryUrl);
      busy.push(repositoryUrl);
      most = Math.max(most, busy.length);
      await new Promise(resolve => setImmediate(resolve));
      busy.splice(busy.indexOf(repositoryUrl), 1);
      return [{ pipelineRef: PIPELINE, reason: reason('trigger.noPush') }];
    });
    for (let index = 0; index < 120; index++) {
      await fixture.record(`b${index}`, `models-${index % 7}`);
    }
    fixture.pass(2);
    await fixture.deliveries.workDue();
    expect(fixture.handle).toHaveBeenCalledTimes(120);
    expect(most).toBe(4);
  });

  it('survive the end of the process before anything followed', async () => {
    fixture.handle.mockRejectedValueOnce(new Error('killed'));
    await fixture.announce('github', githubPush());
    fixture.pass(1);
    await fixture.deliveries.workDue();
    expect(await fixture.list()).toMatchObject([
      { reason: { code: 'trigger.noPush' } },
    ]);
  });

  it('whose work fails are tried again, later each time and for days, and keep no other from its turn', async () => {
    fixture.handle.mockImplementation(async ({ ref }) => {
      if (ref?.name !== 'good') {
        throw new Error('the catalog does not answer');
      }
      return [{ pipelineRef: PIPELINE, reason: reason('trigger.noPush') }];
    });
    for (let index = 0; index < 50; index++) {
      await fixture.record(`b${index}`);
    }
    fixture.pass(0.5);
    await fixture.record('good');
    const triesAfter = async (minutes: number) => {
      fixture.pass(minutes);
      fixture.handle.mockClear();
      await fixture.deliveries.workDue();
      return fixture.handle.mock.calls.length;
    };
    expect(await triesAfter(1)).toBe(51);
    expect(await triesAfter(0)).toBe(0);
    expect(await fixture.list()).toMatchObject([{ ref: { name: 'good' } }]);
    expect(await triesAfter(0.5)).toBe(50);
    expect(await triesAfter(0.5)).toBe(0);
    expect(await triesAfter(0.5)).toBe(50);
    expect(await triesAfter(5 * 24 * 60)).toBe(50);
    expect(await triesAfter(24 * 60)).toBe(0);
  });

  it('that cannot be read any more are given up after days, and keep no other from its turn', async () => {
    await fixture.record('old');
    await fixture.db('deliveries').update({ change: '{}' });
    fixture.pass(5 * 24 * 60);
    await fixture.deliveries.workDue();
    expect(await fixture.db('deliveries').select('state')).toEqual([
      { state: 'done' },
    ]);
  });

  it('are given up after days', async () => {
    const open = { pipelineRef: PIPELINE, isOpen: true };
    fixture.outcomes.push([open], [open]);
    await fixture.announce('github', githubPush());
    fixture.pass(5 * 24 * 60);
    await fixture.deliveries.workDue();
    expect(await fixture.list()).toMatchObject([{ isOpen: false }]);
    expect(fixture.logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('given up'),
    );
  });

  it('of a repository without pipelines start nothing once there is one, also if they are sent again', async () => {
    fixture.outcomes.push([]);
    await fixture.announce('github', githubPush());
    expect(await fixture.db('deliveries').select('state', 'change')).toEqual([
      { state: 'ignored', change: '{}' },
    ]);
    fixture.pass(10);
    await fixture.deliveries.workDue();
    // Somebody sends again what was signed.
    await fixture.announce('github', githubPush({}, 'another-id'));
    expect(fixture.worked).toHaveLength(1);
    expect(await fixture.list()).toEqual([]);
  });

  it('of one repository do not hold up those of others, and what does not fit into memory is due later', async () => {
    const ends: Array<() => void> = [];
    fixture.handle.mockImplementation(async () => {
      await new Promise<void>(resolve => {
        ends.push(resolve);
      });
      return [{ pipelineRef: PIPELINE }];
    });
    const row = async (repository: string, index: number) =>
      (
        await fixture.deliveries.record({
          ...{ provider: 'github', event: 'push', after: AFTER },
          deliveryId: `${repository} ${index}`,
          repositoryUrl: `https://github.com/acme/${repository}`,
          ref: { type: 'branch', name: `b${index}` },
        })
      ).row;
    const working: Array<Promise<void>> = [];
    for (let index = 0; index < 30; index++) {
      working.push(fixture.deliveries.workInTurn(await row('storm', index)));
    }
    working.push(fixture.deliveries.workInTurn(await row('other', 0)));
    expect(
      fixture.handle.mock.calls.map(([{ repositoryUrl: url }]) => url),
    ).toEqual([
      'https://github.com/acme/storm',
      'https://github.com/acme/other',
    ]);
    let isDone = false;
    const all = Promise.all(working).then(() => {
      isDone = true;
    });
    while (!isDone) {
      ends.shift()?.();
      await new Promise(resolve => setImmediate(resolve));
    }
    await all;
    expect(fixture.handle).toHaveBeenCalledTimes(22);
    const open = await fixture.db('deliveries').where({ state: 'pending' });
    expect(open).toHaveLength(9);
  });

  it('are as many per repository as anybody looks at', async () => {
    for (let index = 0; index < 203; index++) {
      await fixture.announce(
        'github',
        githubPush({ ref: `refs/heads/b${index}` }, `id-${index}`),
      );
    }
    const rows = await fixture.db('deliveries').select('ref').orderBy('id');
    expect(rows).toHaveLength(200);
    expect(rows[0].ref).toBe('refs/heads/b3');
    expect(await fixture.db('delivery_outcomes').select()).toHaveLength(200);
  });

  it('make no room while something has to follow, nor pushes for requests', async () => {
    await fixture.announce('github', githubPush(OF_REQUESTS));
    const open = { pipelineRef: PIPELINE, isOpen: true };
    fixture.outcomes.push([open]);
    await fixture.announce('github', githubRequest({ action: 'opened' }));
    for (let number = 100; number < 302; number++) {
      const { headers, payload } = githubRequest({ action: 'closed', number });
      await fixture.announce('github', {
        headers: { ...headers, 'x-github-delivery': `id-${number}` },
        payload,
      });
    }
    const rows = await fixture
      .db('deliveries')
      .select('state', 'event')
      .orderBy('id');
    expect(rows.slice(0, 2)).toEqual([
      { state: 'done', event: 'push' },
      { state: 'pending', event: 'pull_request opened' },
    ]);
    expect(rows).toHaveLength(2 + 200);
  });

  it('from a fork are started once somebody agrees, once', async () => {
    const waiting = reason('trigger.needsAgreement');
    fixture.outcomes.push([{ pipelineRef: PIPELINE, reason: waiting }]);
    await fixture.announce('github', githubPush());
    const [{ id }] = await fixture.list();
    const by = 'user:default/bea';
    const agree = (pipelineRef = PIPELINE) =>
      fixture.deliveries.agree({ id, pipelineRef, by });
    await expect(agree('modelpipeline:default/b')).rejects.toThrow(
      'There is no delivery',
    );
    await agree();
    expect(fixture.agree).toHaveBeenCalledWith(
      expect.objectContaining({ after: AFTER }),
      `delivery:${id}`,
      expect.objectContaining({ by }),
    );
    await expect(agree()).rejects.toThrow('does not wait for anybody');
    expect(fixture.agree).toHaveBeenCalledTimes(1);
  });

  it('that start by themselves need nobody’s agreement', async () => {
    await fixture.announce('github', githubPush());
    const [{ id }] = await fixture.list();
    await expect(
      fixture.deliveries.agree({
        ...{ id, pipelineRef: PIPELINE },
        by: 'user:default/bea',
      }),
    ).rejects.toThrow('does not wait for anybody');
  });

  it('of a pull request move it forwards alone', async () => {
    const move = (head: string, minute: number, isOpen = true) =>
      movePullRequest(fixture.db, {
        ...{ repository: 'https://github.com/acme/models', number: 12 },
        ...{ head, isOpen },
        updatedAt: `2026-11-02T09:0${minute}:00.000Z`,
      });
    expect(await move('a', 1)).toBe(true);
    expect(await move('c', 3)).toBe(true);
    expect(await move('b', 2)).toBe(false);
    // Tried again.
    expect(await move('c', 3)).toBe(true);
    expect(await move('c', 4, false)).toBe(true);
    expect(await move('d', 3)).toBe(false);
    expect(await fixture.db('pull_requests').select('head')).toEqual([
      { head: 'c' },
    ]);
  });

  it('of a pull request move it however long the address of its repository is', async () => {
    const state = {
      ...{ number: 12, head: 'a', isOpen: true },
      repository: `https://git.example/${'group/'.repeat(300)}models`,
      updatedAt: '2026-11-02T09:00:00.000Z',
    };
    expect(await movePullRequest(fixture.db, state)).toBe(true);
  });

  it('are listed page by page', async () => {
    for (const index of [1, 2, 3]) {
      await fixture.announce(
        'github',
        githubPush({ ref: `refs/heads/b${index}` }, `id-${index}`),
      );
    }
    const query = { pipelineRef: PIPELINE, limit: 2 };
    const first = await fixture.deliveries.list(query);
    const second = await fixture.deliveries.list({
      ...query,
      cursor: first.nextCursor,
    });
    expect(
      [...first.items, ...second.items].map(({ ref }) => ref?.name),
    ).toEqual(['b3', 'b2', 'b1']);
    expect(second.nextCursor).toBeUndefined();
  });

  it('that are none are refused, and said so', async () => {
    await fixture.announce('github', {
      ...githubPush(),
      payload: { ref: 'refs/heads/main' },
    });
    expect(fixture.handle).not.toHaveBeenCalled();
    expect(fixture.logger.warn).toHaveBeenCalled();
  });

  it.each([
    'https://gitlab.com/acme/models',
    'https://git2.example/a',
    'models',
  ])('about %s are no business of GitHub', async url => {
    const { headers, payload } = githubPush({
      repository: { html_url: url, default_branch: 'main' },
    });
    await fixture.announce('github', { headers, payload });
    expect(await fixture.db('deliveries').select('id')).toEqual([]);
    expect(fixture.handle).not.toHaveBeenCalled();
    expect(fixture.logger.warn).toHaveBeenCalledWith(
      expect.stringContaining(`no github host of ${url}`),
    );
  });

  it('of the embedded host that are nobody’s are acknowledged as often as they come', async () => {
    const acknowledge = jest.fn(async () => {});
    fixture.outcomes.push([]);
    for (let times = 1; times <= 2; times++) {
      await receivePush(push, { deliveries: fixture.deliveries, acknowledge });
      expect(acknowledge).toHaveBeenCalledTimes(times);
    }
    expect(fixture.handle).toHaveBeenCalledTimes(1);
  });

  it('of the embedded host are acknowledged once everything is done, however often they come', async () => {
    const acknowledge = jest.fn(async () => {});
    const receive = () =>
      receivePush(push, { deliveries: fixture.deliveries, acknowledge });
    fixture.outcomes.push([{ pipelineRef: PIPELINE, isOpen: true }]);
    await receive();
    expect(acknowledge).not.toHaveBeenCalled();
    await receive();
    await receive();
    expect(acknowledge).toHaveBeenCalledTimes(2);
    expect(fixture.handle).toHaveBeenCalledTimes(2);
    expect(fixture.handle.mock.calls.map(([, key]) => key)).toEqual([
      'push:p1',
      'push:p1',
    ]);
    await expect(
      receivePush(
        { branch: 'main' },
        { deliveries: fixture.deliveries, acknowledge },
      ),
    ).rejects.toThrow();
  });

  it.each([
    ['opened', 'open'],
    ['updated', 'open'],
    ['reopened', 'open'],
    ['closed', 'close'],
    ['merged', 'close'],
  ])(
    'of a request on the embedded host that was %s ask for the same as those of other hosts',
    async (event, action) => {
      const acknowledge = jest.fn(async () => {});
      await receivePullRequest(
        {
          ...{ id: 'r1', repositoryUrl: push.repositoryUrl, event },
          ...{ number: 7, title: 'Fit the curve', head: AFTER },
          ...{ sourceBranch: 'curve', targetBranch: 'main' },
          ...{ author: 'user:default/ann', by: 'user:default/bob' },
          url: 'https://portal.example/git/repositories/a/pull-requests/7',
          at: '2026-11-02T08:00:00.000Z',
          ...{ defaultBranch: 'main', changedPaths: ['model.py'] },
        },
        { deliveries: fixture.deliveries, acknowledge },
      );
      expect(acknowledge).toHaveBeenCalledWith(
        expect.objectContaining({ id: 'r1' }),
      );
      expect(fixture.handle).toHaveBeenCalledTimes(1);
      const [change, key] = fixture.handle.mock.calls[0];
      expect(key).toBe('push:r1');
      expect(change).toMatchObject({
        event: `pull_request ${event}`,
        repositoryUrl: 'https://portal.example/api/model-ci-git/a.git',
        after: AFTER,
        message: 'Fit the curve',
        user: 'user:default/bob',
        paths: ['model.py'],
        pullRequest: {
          ...{ action, number: 7, isFork: false },
          ...{ sourceBranch: 'curve', targetBranch: 'main' },
          author: 'user:default/ann',
          updatedAt: '2026-11-02T08:00:00.000Z',
        },
      });
      expect(change.ref).toBeUndefined();
    },
  );
});
