import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { TestDatabases } from '@backstage/backend-test-utils';
import { ResponseError } from '@backstage/errors';
import {
  type GitPullRequest,
  type MergeCheck,
  reason,
  reasonSchema,
} from '@model-ci/backstage-plugin-model-ci-common';
import { Router } from 'express';
import type { Knex } from 'knex';
import { z } from 'zod';
import { deadline } from './__testUtils__/deadline';
import { git, withToken } from './__testUtils__/git';
import {
  ANN,
  as,
  BEN,
  type GitHost,
  makeFolder,
  policyOf,
  startGitHost,
  TEAM,
} from './__testUtils__/gitHost';

jest.setTimeout(120_000);

/** What the host says to somebody whom it refuses something: the code that pages word, and the English text. */
async function refusal(asked: Promise<unknown>): Promise<string> {
  const error: unknown = await asked.then(
    () => 'nothing was refused',
    thrown => thrown,
  );
  if (!(error instanceof ResponseError)) {
    return String(error);
  }
  const { reason: why } = z
    .object({ reason: reasonSchema.optional() })
    .parse(error.body.error);
  return `${why?.code}: ${error.cause.message}`;
}

/** What the plugin of pipelines is asked, and says; without an answer, the portal has none. */
let answer: { checks?: MergeCheck[]; status?: number } | undefined;
let asked: unknown;
const denied = new Set<string>();

const pipelines = createBackendPlugin({
  pluginId: 'model-ci',
  register(env) {
    env.registerInit({
      deps: { httpRouter: coreServices.httpRouter },
      async init({ httpRouter }) {
        const router = Router();
        router.get('/merge-checks', (req, res) => {
          asked = req.query;
          res.status(answer?.status ?? (answer ? 200 : 404));
          res.json({ items: answer?.checks });
        });
        httpRouter.use(router);
      },
    });
  },
});

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });

describe.each(databases.eachSupportedId())(
  'Pull requests on %p',
  databaseId => {
    let db: Knex;
    let host: GitHost;
    let work: string;
    let directory: string;
    let token: string;
    let count = 0;

    beforeAll(async () => {
      work = await makeFolder();
      directory = await makeFolder();
      db = await databases.init(databaseId);
      host = await startGitHost({
        ...{ directory, db },
        features: [pipelines, policyOf(denied)],
      });
      ({ token } = await host.client.createToken({ name: 'laptop' }, as(ANN)));
    });
    afterAll(() => host?.stop());

    /** A repository with a commit on main, and one more on the branch feature. */
    async function project() {
      count += 1;
      const name = `project-${count}`;
      const { cloneUrl } = await host.client.createRepository(
        { name, owner: TEAM },
        as(ANN),
      );
      const clone = path.join(work, name);
      await git(work, ['clone', '-q', withToken(cloneUrl, token), name]);
      const commit = async (branch: string, file: string, content: string) => {
        await git(clone, ['checkout', '-qB', branch]);
        await writeFile(path.join(clone, file), content);
        await git(clone, ['add', '.']);
        await git(clone, ['commit', '-qm', `Write ${file}`]);
        await git(clone, ['push', '-q', 'origin', branch]);
        return await git(clone, ['rev-parse', 'HEAD']);
      };
      const first = await commit('main', 'README.md', '# A model\n');
      const head = await commit('feature', 'model.py', 'print(1)\n');
      const open = () =>
        host.client.openPullRequest(
          name,
          { title: 'Print', sourceBranch: 'feature' },
          as(ANN),
        );
      const show = (number = 1) =>
        host.client.getPullRequest(name, number, as(ANN));
      const merge = async (method?: 'merge' | 'fast-forward') =>
        host.client.mergePullRequest(
          name,
          1,
          { expectedHead: (await show()).head, method },
          as(ANN),
        );
      return { name, clone, commit, first, head, open, show, merge };
    }

    const eventsOf = (name: string) =>
      host.requests
        .filter(event => event.repositoryUrl.includes(`/${name}.git/`))
        .map(({ event, head, by, skip, changedPaths }) => ({
          ...{ event, head, by },
          ...(skip && { skip }),
          ...(changedPaths && { changedPaths }),
        }));

    it('are opened, and show what they would change', async () => {
      const { first, head, name, open, show } = await project();
      const opened = await open();
      expect(opened).toMatchObject({
        number: 1,
        state: 'open',
        targetBranch: 'main',
        targetHead: first,
        head,
        createdBy: ANN,
        webUrl: `http://portal.example.com/git/repositories/${name}/pull-requests/1`,
      });
      expect(await show()).toMatchObject({
        commits: [{ commit: head, subject: 'Write model.py' }],
        changes: { files: 1, insertions: 1, deletions: 0 },
        mergeability: { type: 'fast-forward' },
      });
      const diff = await host.client.getPullRequestDiff(name, 1, as(ANN));
      expect(diff.text).toContain('+print(1)');
      expect(diff.isCut).toBe(false);
      const { items } = await host.client.listPullRequests(
        name,
        { state: 'open' },
        as(ANN),
      );
      expect(items).toEqual([opened]);
      await deadline(() =>
        expect(eventsOf(name)).toEqual([
          { event: 'opened', head, by: ANN, changedPaths: ['model.py'] },
        ]),
      );
    });

    it('are compared by git once, however often somebody looks', async () => {
      const { clone, name, commit, open, show } = await project();
      await open();
      const first = await show();
      const folder = path.join(directory, `${name}.git`);
      await rename(folder, `${folder}.away`);
      expect(await show()).toEqual(first);
      await rename(`${folder}.away`, folder);
      await git(clone, ['checkout', '-q', 'feature']);
      const second = await commit('feature', 'model.py', 'print(2)\n');
      expect((await show()).commits).toMatchObject([{ commit: second }, {}]);
    });

    it('are opened once for two branches, and only where there is something to merge', async () => {
      const { name, open } = await project();
      await open();
      expect(await refusal(open())).toMatch(
        /^pullRequest.alreadyOpen: Pull request 1 .* is open already/,
      );
      const openMain = (targetBranch: string) =>
        host.client.openPullRequest(
          name,
          { title: 'x', sourceBranch: 'main', targetBranch },
          as(ANN),
        );
      expect(await refusal(openMain('feature'))).toMatch(
        /^pullRequest.nothingNew: .*push one first/,
      );
      expect(await refusal(openMain('nowhere'))).toMatch(
        /^gitHost.noBranch: .* no branch 'nowhere'/,
      );
    });

    it('follow their source branch, and close when it is deleted', async () => {
      const { clone, commit, name, open, show } = await project();
      await open();
      const second = await commit('feature', 'model.py', 'print(2)\n');
      expect(await show()).toMatchObject({ state: 'open', head: second });
      await git(clone, ['push', '-q', 'origin', ':feature']);
      expect(await show()).toMatchObject({
        ...{ state: 'closed', closedBy: ANN, head: second },
        commits: [{ commit: second }, {}],
      });
      await deadline(() =>
        expect(eventsOf(name).map(({ event }) => event)).toEqual([
          ...['opened', 'updated', 'closed'],
        ]),
      );
    });

    it('say whether a push asked for no run', async () => {
      const { clone, name, open } = await project();
      await open();
      const empty = ['commit', '-q', '--allow-empty', '-m'];
      await git(clone, [...empty, 'Again']);
      await git(clone, ['push', '-q', '-o', 'ci.skip', 'origin', 'feature']);
      await git(clone, [...empty, 'Again [skip ci]']);
      await git(clone, ['push', '-q', 'origin', 'feature']);
      await deadline(() =>
        expect(eventsOf(name).map(({ skip }) => skip)).toEqual([
          ...[undefined, 'option', 'message'],
        ]),
      );
    });

    it('are merged by a commit of two parents, in the name of who merges', async () => {
      const { clone, commit, head, merge, name, open } = await project();
      await open();
      await git(clone, ['checkout', '-q', 'main']);
      const main = await commit('main', 'other.txt', 'other\n');
      const merged = await merge();
      expect(merged).toMatchObject({
        ...{ state: 'merged', closedBy: ANN, head, targetHead: main },
      });
      await git(clone, ['fetch', '-q']);
      const log = await git(clone, [
        ...['log', '-1', '--format=%P|%an|%s', merged.mergeCommit ?? ''],
      ]);
      expect(log).toBe(
        `${main} ${head}|Ann Example|Merge branch 'feature' into main`,
      );
      expect(await git(clone, ['rev-parse', 'origin/main'])).toBe(
        merged.mergeCommit,
      );
      const push = () =>
        host.events.findLast(({ branch }) => branch === 'main');
      await deadline(() =>
        expect(push()).toMatchObject({
          ...{ after: merged.mergeCommit, pushedBy: ANN },
        }),
      );
      await deadline(() =>
        expect(eventsOf(name).at(-1)).toMatchObject({
          event: 'merged',
          by: ANN,
        }),
      );
      expect(await refusal(merge())).toMatch(
        /^pullRequest.notOpenToMerge: .*is merged; only one that is open can be merged/,
      );
    });

    it('are fast-forwarded where nothing else happened, and refused with words where it did', async () => {
      const { clone, commit, head, merge, open, show } = await project();
      await open();
      await git(clone, ['checkout', '-q', 'main']);
      await commit('main', 'other.txt', 'other\n');
      expect(await refusal(merge('fast-forward'))).toMatch(
        /^pullRequest.noFastForward: .*cannot be fast-forwarded/,
      );
      await git(clone, ['push', '-qf', 'origin', `${head}~:main`]);
      expect(await merge('fast-forward')).toMatchObject({ mergeCommit: head });
      expect(await show()).toMatchObject({ commits: [{ commit: head }] });
    });

    it('with conflicts are refused with the names of the files', async () => {
      const { clone, commit, merge, open, show } = await project();
      await open();
      await git(clone, ['checkout', '-q', 'main']);
      await commit('main', 'model.py', 'print(3)\n');
      expect((await show()).mergeability).toEqual({
        ...{ type: 'conflicts', files: ['model.py'] },
      });
      expect(await refusal(merge())).toMatch(
        /^pullRequest.conflicts: .*conflicts with branch main in model.py/,
      );
      expect(await show()).toMatchObject({ state: 'open' });
    });

    it('are not merged where a branch has moved since somebody looked', async () => {
      const { clone, commit, first, head, name, open } = await project();
      await open();
      const merge = (expectedHead: string, expectedTarget?: string) =>
        host.client.mergePullRequest(
          name,
          1,
          { expectedHead, expectedTarget },
          as(ANN),
        );
      const second = await commit('feature', 'model.py', 'print(2)\n');
      expect(await refusal(merge(head))).toMatch(
        /^pullRequest.moved: Branch feature has moved from/,
      );
      await git(clone, ['checkout', '-q', 'main']);
      await commit('main', 'other.txt', 'other\n');
      expect(await refusal(merge(second, first))).toMatch(
        /^pullRequest.moved: Branch main has moved from/,
      );
      expect(await merge(second)).toMatchObject({ state: 'merged' });
    });

    it('count as merged where somebody pushed the merge', async () => {
      const { clone, head, open, show } = await project();
      await open();
      await git(clone, ['push', '-q', 'origin', 'feature:main', ':feature']);
      expect(await show()).toMatchObject({
        ...{ state: 'merged', mergeCommit: head, closedBy: ANN },
      });
    });

    it('are closed and opened again', async () => {
      const { commit, name, open, show } = await project();
      await open();
      await host.client.closePullRequest(name, 1, as(ANN));
      const second = await commit('feature', 'model.py', 'print(2)\n');
      expect(await show()).toMatchObject({ state: 'closed' });
      expect(
        await refusal(host.client.closePullRequest(name, 1, as(ANN))),
      ).toMatch(
        /^pullRequest.notOpenToClose: .*is closed; only one that is open can be closed/,
      );
      const again = await host.client.reopenPullRequest(name, 1, as(ANN));
      expect(again).toMatchObject({ state: 'open', head: second });
      expect(again.closedBy).toBeUndefined();
      await deadline(() =>
        expect(eventsOf(name).map(({ event }) => event)).toEqual([
          ...['opened', 'closed', 'reopened'],
        ]),
      );
    });

    it('are opened by the options of a push, or the push is refused', async () => {
      const { clone, name, show } = await project();
      const push = (...options: string[]) =>
        git(clone, [
          ...['push', ...options.flatMap(option => ['-o', option])],
          ...['origin', 'feature:new'],
        ]);
      await expect(
        push('merge_request.create', 'merge_request.target=nowhere'),
      ).rejects.toThrow(/merge_request.target is the branch "nowhere"/);
      await push(
        'merge_request.create',
        'merge_request.target=main',
        'merge_request.description=One\\nTwo',
      );
      expect(await show()).toMatchObject({
        ...{ title: 'Write model.py', description: 'One\nTwo' },
        ...{ sourceBranch: 'new', targetBranch: 'main', createdBy: ANN },
      });
      const { items } = await host.client.listPullRequests(name, {}, as(ANN));
      expect(items).toHaveLength(1);
    });

    it('are moved by nobody who may not push, and read by nobody who may not read', async () => {
      const { name, head, open, show } = await project();
      await open();
      const { client } = host;
      const input = { title: 'x', sourceBranch: 'feature' };
      const attempts: Array<Promise<GitPullRequest>> = [
        client.openPullRequest(name, input, as(BEN)),
        client.closePullRequest(name, 1, as(BEN)),
        client.mergePullRequest(name, 1, { expectedHead: head }, as(BEN)),
      ];
      for (const attempt of attempts) {
        expect(await refusal(attempt)).toMatch(
          /^gitHost.membersOnly: Only members of group:default\/ml may change pull requests/,
        );
      }
      await expect(
        client.commentPullRequest(name, 1, 'Hello', as(ANN)),
      ).rejects.toThrow();
      expect(await show()).toMatchObject({ state: 'open' });
    });

    describe('of a repository with a pipeline', () => {
      afterEach(() => {
        answer = undefined;
        denied.clear();
      });
      const failed = reason('mergeCheck.notSucceeded', {
        ...{ pipeline: 'a', run: '5', status: reason('status.failed') },
      });

      it('are merged only once its runs have succeeded', async () => {
        const { head, merge, name, open, show } = await project();
        const checks: MergeCheck[] = [{ pipelineRef: 'a', reason: failed }];
        answer = { checks };
        await open();
        await deadline(async () =>
          expect((await show()).protection).toEqual({ checks }),
        );
        expect(asked).toEqual({
          repositoryUrl: `${host.baseUrl}/${name}.git`,
          ...{ number: '1', commit: head },
        });
        expect(await refusal(merge())).toMatch(
          /^pullRequest.blocked: .*Run 5 of a did not succeed \(failed\)/,
        );
        expect(await show()).toMatchObject({ state: 'open' });
        answer = { checks: [{ pipelineRef: 'a' }] };
        const merged = await merge();
        expect(merged).toMatchObject({ state: 'merged' });
        expect(merged.bypass).toBeUndefined();
      });

      it('are merged all the same by who may, with the reason on record', async () => {
        const { head, name, open, show } = await project();
        answer = { checks: [{ pipelineRef: 'a', reason: failed }] };
        await open();
        await deadline(async () =>
          expect((await show()).protection?.problem).toBeUndefined(),
        );
        const merge = () =>
          host.client.mergePullRequest(
            name,
            1,
            { expectedHead: head, bypassReason: ' The gate is wrong ' },
            as(ANN),
          );
        denied.add('model-ci-git.repository.bypass');
        expect(await refusal(merge())).toMatch(
          /^error.lacksPermission: .*model-ci-git.repository.bypass/,
        );
        denied.clear();
        await merge();
        expect(await show()).toMatchObject({
          state: 'merged',
          bypass: {
            reason: 'The gate is wrong',
            blockedBy: [{ code: 'mergeCheck.notSucceeded' }],
          },
        });
      });

      it('are not merged while nobody can say what became of the runs', async () => {
        const { merge, open } = await project();
        answer = { status: 500 };
        await open();
        expect(await refusal(merge())).toMatch(
          /^pullRequest.blocked: .*Model CI does not answer/,
        );
      });
    });

    it('wait until the pipelines have heard of their newest commit', async () => {
      const { head, name, open, show } = await project();
      answer = { checks: [{ pipelineRef: 'a' }] };
      await open();
      await deadline(async () =>
        expect((await show()).protection?.problem).toBeUndefined(),
      );
      await db('push_events').insert({
        ...{ id: `owed-${name}`, repository: name, attempts: 0 },
        ...{ created_at: '9999', deliver_after: '9999' },
        move: JSON.stringify({
          request: {
            ...{ event: 'updated', number: 1, title: 'x', at: '2026' },
            ...{ sourceBranch: 'x', targetBranch: 'main' },
            ...{ targetHead: head, author: ANN, by: ANN },
          },
          after: head,
        }),
      });
      expect((await show()).protection?.problem?.code).toBe(
        'mergeCheck.notAnnounced',
      );
      answer = undefined;
    });

    it('are merged at no commit that the pipelines were not told of, not even in the moment of its push', async () => {
      const { head, name, open } = await project();
      await open();
      // As git leaves it, before the push was recorded.
      const folder = path.join(directory, `${name}.git`);
      const pushed = await git(folder, [
        ...['commit-tree', `${head}^{tree}`, '-p', head, '-m', 'Fix'],
      ]);
      await git(folder, ['update-ref', 'refs/heads/feature', pushed]);
      answer = { checks: [{ pipelineRef: 'a' }] };
      await deadline(async () => {
        await host.client.mergePullRequest(
          name,
          1,
          { expectedHead: pushed },
          as(ANN),
        );
      });
      await deadline(() =>
        expect(
          eventsOf(name).map(({ event, head: at }) => ({ event, head: at })),
        ).toEqual([
          { event: 'opened', head },
          { event: 'updated', head: pushed },
          { event: 'merged', head: pushed },
        ]),
      );
      answer = undefined;
    });

    it('show what Model CI, and no other plugin, says about them', async () => {
      const { name, open, show } = await project();
      await open();
      const comment = (plugin: string, body: string) =>
        host.client.commentPullRequest(name, 1, body, {
          token: `mock-service-token:${JSON.stringify({ sub: plugin })}`,
        });
      await expect(comment('plugin:other', 'No')).rejects.toThrow();
      await comment('plugin:model-ci', '**One**');
      await comment('plugin:model-ci', '**Two**');
      expect((await show()).comment?.body).toBe('**Two**');
    });
  },
);
