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
  // GitLab signs nothing: it sends the secret.
  { topic: 'gitlab', header: 'X-Gitlab-Token', sign: secret => secret },
];

/** Headers of requests that do not come from the host, or that somebody has changed. */
function forge({ topic, header, sign }: Host): Array<Record<string, string>> {
  const genuine = sign(SECRET);
  const ofOthers = HOSTS.filter(host => host.topic !== topic).map(host => [
    host.header,
    host.sign(SECRET),
  ]);
  const ofAnotherBody = sign(SECRET, `${BODY} `);
  return [
    {},
    { [header]: '' },
    { [header]: sign('another secret') },
    { [header]: genuine.slice(0, -1) },
    { [header]: `${genuine}0` },
    { [header]: genuine.toUpperCase() },
    Object.fromEntries(ofOthers),
    ...(ofAnotherBody === genuine ? [] : [{ [header]: ofAnotherBody }]),
  ];
}

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
            topics: HOSTS.map(({ topic }) => topic),
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
    HOSTS.map(({ topic }) => [topic, { webhookSecret: secret }]),
  );

describe('Webhooks', () => {
  it.each(HOSTS)(
    'of $topic are taken with a true signature alone',
    async host => {
      const { header, sign, topic } = host;
      const { post, received } = await start(secrets(SECRET));
      for (const headers of forge(host)) {
        const { status } = await post(topic, headers);
        expect([status, headers]).toEqual([403, headers]);
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

  it('of a host without a secret have no route', async () => {
    const { post } = await start({});
    for (const { topic, header, sign } of HOSTS) {
      const { status } = await post(topic, { [header]: sign('') });
      expect(status).toBe(404);
    }
  });
});
