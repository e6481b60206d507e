import { createHmac } from 'node:crypto';
import {
  type BackendFeature,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import eventsPlugin from '@backstage/plugin-events-backend';
import eventsModuleModelCi from '@model-ci/backstage-plugin-events-backend-module-model-ci';
import { eventually } from '@model-ci/backstage-plugin-model-ci-node/testing';
import request from 'supertest';
import { createTestDatabases } from '../database/testDatabase';
import { FakeExecutor } from '../engine/testing/FakeExecutor';
import type { Announcement } from '../webhooks/change';
import {
  AFTER,
  BEFORE,
  bitbucketPush,
  bitbucketRef,
  giteaPush,
  githubPush,
  gitlabPush,
  NONE,
} from '../webhooks/testing/announcements';
import {
  listExamples,
  type Payload,
} from '../webhooks/testing/publishedExamples';
import {
  bitbucketRequest,
  giteaRequest,
  githubRequest,
  gitlabRequest,
  SHORT,
} from '../webhooks/testing/requests';
import { entityFile } from './testing/createUrlReader';
import { createPipelineEntity, TestPortal } from './testing/TestPortal';

const databases = createTestDatabases();
const SECRET = 'shared with the host';
const SECOND = 'd'.repeat(40);

const hmac = (body: string) =>
  createHmac('sha256', SECRET).update(body).digest('hex');

interface Source {
  topic: string;
  repository: string;
  /** Between the repository and a branch or commit. */
  place: string;
  /** Of the pipeline. */
  name: string;
  sign(body: string): Record<string, string>;
}

interface Host extends Source {
  push: Announcement;
  tag: Announcement;
  deleted: Announcement;
  /** A request that was opened, that got another commit, and that was merged. */
  requests: Announcement[];
  fromFork: Announcement;
}

const gone = { after: NONE, head_commit: null, checkout_sha: null };
const tagged = { ref: 'refs/tags/v1', before: NONE };

const HOSTS: Host[] = [
  {
    topic: 'github',
    name: 'github',
    repository: 'https://github.com/acme/models',
    place: 'blob/',
    sign: body => ({ 'X-Hub-Signature-256': `sha256=${hmac(body)}` }),
    push: githubPush(),
    tag: githubPush({ ...tagged, created: true }),
    deleted: githubPush({ ...gone, ref: 'refs/heads/old', deleted: true }),
    requests: ['opened', 'synchronize', 'closed'].map(action =>
      githubRequest({ action }),
    ),
    fromFork: githubRequest({ action: 'opened', number: 13, isFork: true }),
  },
  {
    topic: 'gitlab',
    name: 'gitlab',
    repository: 'https://gitlab.com/acme/models',
    place: '-/blob/',
    sign: () => ({ 'X-Gitlab-Token': SECRET }),
    push: gitlabPush(),
    tag: gitlabTag(),
    deleted: gitlabPush({ ...gone, ref: 'refs/heads/old' }),
    requests: [
      gitlabRequest({ action: 'open' }),
      gitlabRequest({ action: 'update', more: { oldrev: AFTER } }),
      gitlabRequest({ action: 'merge' }),
    ],
    fromFork: gitlabRequest({ action: 'open', number: 13, isFork: true }),
  },
  {
    topic: 'gitea',
    name: 'gitea',
    repository: 'https://gitea.example/acme/models',
    place: 'src/branch/',
    sign: body => ({ 'X-Gitea-Signature': hmac(body) }),
    push: giteaPush(),
    tag: giteaPush(tagged),
    // Of branches Gitea announces this by another event.
    deleted: giteaPush({ ...gone, ref: 'refs/tags/old' }),
    requests: ['opened', 'synchronized', 'closed'].map(action =>
      giteaRequest({ action }),
    ),
    fromFork: giteaRequest({ action: 'opened', number: 13, isFork: true }),
  },
  {
    topic: 'bitbucketCloud',
    name: 'bitbucketcloud',
    repository: 'https://bitbucket.org/acme/models',
    place: 'src/',
    sign: body => ({ 'X-Hub-Signature': `sha256=${hmac(body)}` }),
    push: bitbucketPush(),
    tag: bitbucketPush([{ old: null, new: bitbucketRef(AFTER, 'v1', 'tag') }]),
    deleted: bitbucketPush([{ old: bitbucketRef(BEFORE, 'old'), new: null }]),
    requests: ['created', 'updated', 'fulfilled'].map(action =>
      bitbucketRequest({ action }),
    ),
    fromFork: bitbucketRequest({ action: 'created', number: 13, isFork: true }),
  },
];

function gitlabTag(): Announcement {
  const own = gitlabPush({ ...tagged, object_kind: 'tag_push' });
  return {
    ...own,
    headers: { ...own.headers, 'x-gitlab-event': 'Tag Push Hook' },
  };
}

/** A part of a module of Backstage, whose own loader needs imports that Jest does not know. */
function loadWebhook(name: string, file: string): BackendFeature {
  const path = resolvePackagePath(
    `@backstage/plugin-events-backend-module-${name}`,
    `dist/service/${file}.cjs.js`,
  );
  return jest.requireActual(path).default;
}

/** The repository of the published examples. */
const PUBLISHED: Source = {
  ...HOSTS[0],
  name: 'hello-world',
  repository: 'https://github.com/Codertocat/Hello-World',
};
const SOURCES = [...HOSTS, PUBLISHED];

const refOf = ({ name }: Source) => `modelpipeline:default/${name}`;

function entityOf({ name, repository, place }: Source) {
  const entity = createPipelineEntity(name, 'group:default/ml');
  const folder = `${repository}/${place}main/`;
  entity.metadata.annotations = {
    'backstage.io/managed-by-location': `url:${folder}catalog-info.yaml`,
    'backstage.io/source-location': `url:${folder}`,
  };
  return entity;
}

const DEFINITION = `version: 1
triggers:
  push: { branches: [main, master], tags: ['*'] }
  pullRequest: { branches: [main, master] }
stages: { train: { run: 'true', image: busybox } }
`;

describe('A webhook, from its request to the run, of', () => {
  let portal: TestPortal;

  beforeAll(async () => {
    portal = await TestPortal.start({
      db: await databases.init('SQLITE_3'),
      files: {
        ...Object.fromEntries(
          SOURCES.map(({ name, repository }) => [
            `${repository}/catalog-info.yaml`,
            entityFile(name),
          ]),
        ),
        'model-pipeline.yaml': DEFINITION,
      },
      executors: [new FakeExecutor({ script: () => {} })],
      entities: SOURCES.map(entityOf),
      features: [
        eventsPlugin,
        eventsModuleModelCi,
        loadWebhook('github', 'eventsModuleGithubWebhook'),
        loadWebhook('gitlab', 'eventsModuleGitlabWebhook'),
      ],
      rootConfig: apiBaseUrl => ({
        events: {
          modules: Object.fromEntries(
            HOSTS.map(({ topic }) => [topic, { webhookSecret: SECRET }]),
          ),
        },
        integrations: {
          github: [{ host: 'github.com', apiBaseUrl }],
          gitlab: [{ host: 'gitlab.com', apiBaseUrl, token: 't' }],
          gitea: [{ host: 'gitea.example', baseUrl: apiBaseUrl }],
          bitbucketCloud: [{ username: 'u', token: 't' }],
        },
      }),
    });
    const send = fetch;
    jest.spyOn(global, 'fetch').mockImplementation((url, init) => {
      // The address of Bitbucket cannot be configured.
      const own = `${url}`.replace(
        'https://api.bitbucket.org/2.0',
        portal.codeHost.apiBaseUrl,
      );
      return send(own, init);
    });
  }, 60_000);

  afterAll(async () => {
    jest.restoreAllMocks();
    await portal?.stop();
  });

  beforeEach(() => {
    const { refs } = portal.codeHost;
    for (const name of ['main', 'v1', 'feature/x', AFTER.slice(0, SHORT)]) {
      refs.set(name, AFTER);
    }
  });

  let posted = 0;
  /** Posts what the host would, as a delivery of its own unless `id` is given. */
  const post = async (
    { repository, sign, topic }: Source,
    { headers, payload }: Announcement,
    id = `${(posted += 1)}`,
  ) => {
    const body = JSON.stringify(payload).replaceAll(
      'https://git.example/acme/models',
      repository,
    );
    const named = Object.entries(headers).map(([name, value]) => [
      name,
      /delivery|uuid/.test(name) ? id : String(value),
    ]);
    const { status } = await request(portal.server)
      .post(`/api/events/http/${topic}`)
      .set({ 'Content-Type': 'application/json' })
      .set({ ...Object.fromEntries(named), ...sign(body) })
      .send(body);
    expect(status).toBe(202);
  };
  /** The newest delivery, once everything that follows from it is there. */
  const settled = async (host: Source, count: number) =>
    await eventually(async () => {
      const { items } = await portal.client.listDeliveries(refOf(host));
      return items.length === count && !items[0].isOpen ? items[0] : undefined;
    }, `${count} deliveries of ${host.name}`);
  const runOf = async (delivery: { run?: { id: string } }) =>
    await portal.client.getRun(delivery.run?.id ?? 'none');

  const isCancelled = (delivery: Parameters<typeof runOf>[0]) =>
    eventually(
      async () => (await runOf(delivery)).status === 'cancelled',
      'a run that is cancelled',
    );

  it.each(HOSTS)(
    '$topic starts, cancels and leaves out what it says',
    async host => {
      await post(host, host.push, 'push');
      const push = await settled(host, 1);
      expect(push.reason).toBeUndefined();
      expect(await runOf(push)).toMatchObject({
        ...{ trigger: 'push', branch: 'main', commit: AFTER },
      });
      // The host did not get the answer.
      await post(host, host.push, 'push');
      expect(await settled(host, 1)).toMatchObject({
        ...{ repeats: 1, run: push.run },
      });

      await post(host, host.tag);
      expect(await runOf(await settled(host, 2))).toMatchObject({
        ...{ trigger: 'tag', commit: AFTER },
      });
      await post(host, host.deleted);
      expect((await settled(host, 3)).reason?.code).toBe('trigger.deleted');

      const [opened, updated, merged] = host.requests;
      await post(host, opened);
      const first = await settled(host, 4);
      const run = await runOf(first);
      expect(run).toMatchObject({ trigger: 'pull_request', commit: AFTER });
      expect(run.pullRequest).toMatchObject({
        ...{ number: 12, sourceBranch: 'feature/x', targetBranch: 'main' },
      });

      portal.codeHost.refs.set('feature/x', SECOND);
      portal.codeHost.refs.set(SECOND.slice(0, SHORT), SECOND);
      await post(host, at(updated, SECOND, '2026-11-02T09:05:00Z'));
      const second = await settled(host, 5);
      expect((await runOf(second)).commit).toBe(SECOND);
      await isCancelled(first);

      await post(host, at(merged, SECOND, '2026-11-02T09:10:00Z'));
      expect((await settled(host, 6)).reason?.code).toBe(
        'trigger.requestClosed',
      );
      await isCancelled(second);

      await post(host, host.fromFork);
      const fork = await settled(host, 7);
      expect(fork.reason?.code).toBe('trigger.needsAgreement');
      const agreed = await portal.client.startDelivery(refOf(host), fork.id);
      expect((await runOf(agreed)).isUntrusted).toBe(true);
    },
  );

  it('the examples that GitHub publishes starts and cancels runs', async () => {
    const examples = listExamples('api.github.com');
    const find = (event: string, fits: (payload: Payload) => unknown) => ({
      headers: { 'x-github-event': event, 'x-github-delivery': '' },
      payload: examples(event).find(fits),
    });
    const commit = '6113728f27ae82c7b1a177c8d03f9e96e0adf246';
    const head = 'ec26c3e57ca3a959ca5aad62de7213c562f8c821';
    portal.codeHost.refs.set('master', commit).set('simple-tag', commit);
    portal.codeHost.refs.set('changes', head);

    const isBranch = ({ ref }: Payload) => ref === 'refs/heads/master';
    await post(PUBLISHED, find('push', isBranch));
    expect(await runOf(await settled(PUBLISHED, 1))).toMatchObject({
      ...{ trigger: 'push', branch: 'master', commit },
    });
    const isTag = ({ deleted, ref }: Payload) =>
      ref === 'refs/tags/simple-tag' && !deleted;
    await post(PUBLISHED, find('push', isTag));
    expect(await runOf(await settled(PUBLISHED, 2))).toMatchObject({
      ...{ trigger: 'tag', commit },
    });
    for (const [index, action] of ['opened', 'closed'].entries()) {
      await post(
        PUBLISHED,
        find('pull_request', payload => payload.action === action),
      );
      await settled(PUBLISHED, 3 + index);
    }
    const { items } = await portal.client.listDeliveries(refOf(PUBLISHED));
    expect(items[0].reason?.code).toBe('trigger.requestClosed');
    expect((await runOf(items[1])).commit).toBe(head);
    await isCancelled(items[1]);
  });
});

/** The same request with another commit, at another time. */
function at(
  { headers, payload }: Announcement,
  commit: string,
  time: string,
): Announcement {
  const text = JSON.stringify(payload)
    .replaceAll(AFTER, commit)
    .replaceAll(AFTER.slice(0, SHORT), commit.slice(0, SHORT))
    .replaceAll(/2026-11-02[T ]09:00:00(?:\.0+)?(?:Z| UTC|\+00:00)/g, time);
  return { headers, payload: JSON.parse(text) };
}
