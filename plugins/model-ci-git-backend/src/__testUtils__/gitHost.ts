import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  coreServices,
  createBackendPlugin,
  createServiceFactory,
  type BackendFeature,
  type UrlReaderService,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  type TestBackend,
} from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  eventsServiceFactory,
  eventsServiceRef,
} from '@backstage/plugin-events-node';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { GitHostClient } from '@model-ci/backstage-plugin-model-ci-common';
import {
  acknowledgePush,
  PULL_REQUEST_TOPIC,
  type PullRequestEvent,
  pullRequestEventSchema,
  PUSH_TOPIC,
  type PushEvent,
  pushEventSchema,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { JsonObject } from '@backstage/types';
import type { Knex } from 'knex';
import express, { Router } from 'express';
import { pack } from 'tar-stream';
import featureLoader from '../featureLoader';

export const ANN = 'user:default/ann';
export const BEN = 'user:default/ben';
export const TEAM = 'group:default/ml';

/** Ann is in the team, Ben is not in any. */
export const ENTITIES: Entity[] = [
  {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'User',
    metadata: { name: 'ann', namespace: 'default' },
    spec: {
      memberOf: ['ml'],
      profile: { displayName: 'Ann Example', email: 'ann@example.com' },
    },
    relations: [{ type: 'memberOf', targetRef: TEAM }],
  },
];

export interface GitHost {
  backend: TestBackend;
  /** Base URL of the plugin. */
  baseUrl: string;
  client: GitHostClient;
  /** Events that were published, in order. */
  events: PushEvent[];
  /** The same of pull requests. */
  requests: PullRequestEvent[];
  /** Runs the task that looks for unannounced pushes. */
  sweep(): Promise<void>;
  /** Runs the task that publishes pushes again. */
  deliver(): Promise<void>;
  /** As another plugin of the backend reads. */
  reader: UrlReaderService;
  stop(): Promise<void>;
}

export interface StartGitHostOptions {
  directory: string;
  db: Knex;
  config?: JsonObject;
  features?: BackendFeature[];
  /** Users that the auth backend does not know any more. */
  gone?: Set<string>;
  withoutAuthModule?: boolean;
  /** Work of the subscriber to pushes, which acknowledges each when this is done. */
  onPush?(push: PushEvent): Promise<void>;
}

/** Starts a backend with the git host on a real port. */
export async function startGitHost(
  options: StartGitHostOptions,
): Promise<GitHost> {
  const events: PushEvent[] = [];
  const requests: PullRequestEvent[] = [];
  const readers: UrlReaderService[] = [];
  const neighbour = createBackendPlugin({
    pluginId: 'neighbour',
    register(env) {
      env.registerInit({
        deps: {
          service: eventsServiceRef,
          urlReader: coreServices.urlReader,
        },
        async init({ service, urlReader }) {
          readers.push(urlReader);
          await service.subscribe({
            id: 'requests',
            topics: [PULL_REQUEST_TOPIC],
            onEvent: async ({ eventPayload }) => {
              const request = pullRequestEventSchema.parse(eventPayload);
              requests.push(request);
              await acknowledgePush(service, request);
            },
          });
          await service.subscribe({
            id: 'pushes',
            topics: [PUSH_TOPIC],
            onEvent: async ({ eventPayload }) => {
              const push = pushEventSchema.parse(eventPayload);
              events.push(push);
              await options.onPush?.(push);
              await acknowledgePush(service, push);
            },
          });
        },
      });
    },
  });
  const auth = createBackendPlugin({
    pluginId: 'auth',
    register(env) {
      env.registerInit({
        deps: { httpRouter: coreServices.httpRouter },
        async init({ httpRouter }) {
          const router = Router();
          router.post('/model-ci/refresh', express.json(), (req, res) => {
            const { userRef } = req.body;
            if (options.gone?.has(userRef)) {
              res.status(403).json({
                error: { name: 'NotAllowedError', message: 'No such user' },
              });
            } else {
              res.json({ token: mockCredentials.user.token(userRef) });
            }
          });
          httpRouter.use(router);
        },
      });
    },
  });
  const tasks = new Map<string, () => Promise<void>>();
  const scheduler = mockServices.scheduler.mock({
    scheduleTask: async ({ id, fn }) => {
      tasks.set(id, async () => {
        await fn(new AbortController().signal);
      });
    },
  });
  const backend = await startTestBackend({
    features: [
      featureLoader,
      neighbour,
      ...(options.withoutAuthModule ? [] : [auth]),
      eventsServiceFactory,
      catalogServiceMock.factory({ entities: ENTITIES }),
      createServiceFactory({
        service: coreServices.scheduler,
        deps: {},
        factory: () => scheduler,
      }),
      mockServices.database.factory({ knex: options.db }),
      mockServices.httpAuth.factory({
        defaultCredentials: mockCredentials.none(),
      }),
      mockServices.rootConfig.factory({
        data: {
          app: { baseUrl: 'http://portal.example.com' },
          events: { useEventBus: 'never' },
          modelCi: {
            git: {
              directory: options.directory,
              readers: ['neighbour'],
              ...options.config,
            },
          },
        },
      }),
      ...(options.features ?? []),
    ],
  });
  const baseUrl = `http://localhost:${backend.server.port()}/api/model-ci-git`;
  return {
    backend,
    baseUrl,
    events,
    requests,
    reader: readers[0],
    client: new GitHostClient({
      discoveryApi: { getBaseUrl: async () => baseUrl },
      fetchApi: { fetch },
    }),
    sweep: async () => {
      await tasks.get('announce-pushes')?.();
    },
    deliver: async () => {
      await tasks.get('deliver-pushes')?.();
    },
    stop: () => backend.stop(),
  };
}

/** A permission policy that grants everything but these. */
export const policyOf = (denied: Set<string>): BackendFeature =>
  mockServices.permissions.mock({
    authorize: async requests =>
      requests.map(({ permission }) => ({
        result: denied.has(permission.name)
          ? AuthorizeResult.DENY
          : AuthorizeResult.ALLOW,
      })),
  }).factory;

/** Options of a client call in a user's name. */
export function as(userRef: string): { token: string } {
  return { token: mockCredentials.user.token(userRef) };
}

const folders: string[] = [];
afterAll(async () => {
  await Promise.all(
    folders.map(folder => rm(folder, { recursive: true, force: true })),
  );
});

/** A folder that disappears after the tests of a file. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'git-host-'));
  folders.push(folder);
  return folder;
}

export type TarEntry = Parameters<ReturnType<typeof pack>['entry']>[0] & {
  content?: string | Buffer;
};

/** A tar archive of the given entries. */
export async function tarOf(
  entries: TarEntry[],
): Promise<Uint8Array<ArrayBuffer>> {
  const archive = pack();
  for (const { content, ...header } of entries) {
    archive.entry(header, content ?? '');
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as AsyncIterable<Buffer>) {
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
