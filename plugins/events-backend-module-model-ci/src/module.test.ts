import { createHmac } from 'node:crypto';
import {
  createBackendModule,
  type BackendFeature,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import eventsPlugin from '@backstage/plugin-events-backend';
import {
  type EventParams,
  eventsServiceRef,
} from '@backstage/plugin-events-node';
import request from 'supertest';
import { eventsModuleModelCi } from './module';

/** A part of a module of Backstage, whose own loader needs imports that Jest does not know. */
function loadWebhook(name: string, file: string): BackendFeature {
  const path = resolvePackagePath(
    `@backstage/plugin-events-backend-module-${name}`,
    `dist/service/${file}.cjs.js`,
  );
  return jest.requireActual(path).default;
}

const SECRET = 'shared with the host';
const BODY = JSON.stringify({ ref: 'refs/heads/功能', id: 7 });
const hmac = (secret: string, body = BODY) =>
  createHmac('sha256', secret).update(body).digest('hex');

interface Host {
  topic: string;
  header: string;
  sign(secret: string, body?: string): string;
}

const HOSTS: Host[] = [
  { topic: 'gitea', header: 'X-Gitea-Signature', sign: hmac },
  {
    topic: 'bitbucketCloud',
    header: 'X-Hub-Signature',
    sign: (...args) => `sha256=${hmac(...args)}`,
  },
  // Backstage's own modules keep the same promise, on which the documentation counts.
  {
    topic: 'github',
    header: 'X-Hub-Signature-256',
    sign: (...args) => `sha256=${hmac(...args)}`,
  },
];

async function start(modules: Record<string, object>) {
  const received: EventParams[] = [];
  const listener = createBackendModule({
    pluginId: 'events',
    moduleId: 'listener',
    register(env) {
      env.registerInit({
        deps: { events: eventsServiceRef },
        async init({ events }) {
          await events.subscribe({
            id: 'listener',
            topics: [...HOSTS.map(({ topic }) => topic), 'gitlab'],
            onEvent: async event => {
              received.push(event);
            },
          });
        },
      });
    },
  });
  const features = [
    eventsPlugin,
    eventsModuleModelCi,
    loadWebhook('github', 'eventsModuleGithubWebhook'),
    loadWebhook('gitlab', 'eventsModuleGitlabWebhook'),
    listener,
  ];
  const { server } = await startTestBackend({
    features: [
      ...features,
      mockServices.rootConfig.factory({ data: { events: { modules } } }),
    ],
  });
  const post = (topic: string, headers: Record<string, string>, body = BODY) =>
    request(server)
      .post(`/api/events/http/${topic}`)
      .set({ 'Content-Type': 'application/json', ...headers })
      .send(body);
  return { post, received };
}

const secrets = (secret: string) =>
  Object.fromEntries(
    [...HOSTS.map(({ topic }) => topic), 'gitlab'].map(topic => [
      topic,
      { webhookSecret: secret },
    ]),
  );

describe('Webhooks', () => {
  it.each(HOSTS)(
    'of $topic are taken with a true signature alone',
    async ({ topic, header, sign }) => {
      const { post, received } = await start(secrets(SECRET));
      const forged = [
        {},
        { [header]: '' },
        { [header]: sign('another secret') },
        { [header]: sign(SECRET, `${BODY} `) },
        { [header]: sign(SECRET).slice(0, -1) },
        { [header]: `${sign(SECRET)}0` },
        { [header]: hmac(SECRET).toUpperCase() },
      ];
      for (const headers of forged) {
        const { status } = await post(topic, headers);
        expect(status).toBe(403);
      }
      expect(received).toEqual([]);

      const { status } = await post(topic, {
        [header]: sign(SECRET),
        'X-Request-UUID': 'r-1',
      });
      expect(status).toBe(202);
      expect(received).toMatchObject([
        {
          topic,
          eventPayload: { ref: 'refs/heads/功能', id: 7 },
          metadata: { 'x-request-uuid': 'r-1' },
        },
      ]);
    },
  );

  it('of gitlab are taken with the token alone', async () => {
    const { post, received } = await start(secrets(SECRET));
    expect((await post('gitlab', {})).status).toBe(403);
    expect((await post('gitlab', { 'X-Gitlab-Token': 'x' })).status).toBe(403);
    expect(received).toEqual([]);
    const { status } = await post('gitlab', { 'X-Gitlab-Token': SECRET });
    expect(status).toBe(202);
    expect(received).toHaveLength(1);
  });

  it('of a host without a secret have no route', async () => {
    const { post } = await start({});
    for (const { topic, header, sign } of HOSTS) {
      const { status } = await post(topic, { [header]: sign('') });
      expect(status).toBe(404);
    }
  });
});
