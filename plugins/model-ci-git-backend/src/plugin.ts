import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import {
  PUSH_RECORDED_TOPIC,
  pushRecordedEventSchema,
  tellMistakes,
} from '@model-ci/backstage-plugin-model-ci-node';
import { Router } from 'express';
import { readGitHostConfig } from './config';
import { openDatabase } from './database/migrate';
import { GitHttpBackend } from './git/httpBackend';
import { checkGitInstallation } from './git/installation';
import { createGitRouter, GIT_PATHS } from './http/gitRouter';
import { createRawRouter, RAW_PATH } from './http/rawRouter';
import { createRepositoriesRouter } from './http/repositoriesRouter';
import { createTokensRouter } from './http/tokensRouter';
import { UserDirectory } from './owners/UserDirectory';
import { RepositoryAuthorizer } from './permissions/RepositoryAuthorizer';
import { TokenPolicy } from './permissions/TokenPolicy';
import { PushAnnouncer } from './pushes/PushAnnouncer';
import { RepositoryService } from './repositories/RepositoryService';
import { FailureLimiter } from './tokens/FailureLimiter';
import { TokenService } from './tokens/TokenService';

/** The git host: repositories, tokens, and git over HTTP. Needs `modelCi.git` in app-config. */
export const modelCiGitPlugin = createBackendPlugin({
  pluginId: 'model-ci-git',
  register(env) {
    env.registerInit({
      deps: {
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        discovery: coreServices.discovery,
        events: eventsServiceRef,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        rootLifecycle: coreServices.rootLifecycle,
        scheduler: coreServices.scheduler,
      },
      async init(deps) {
        const { auditor, httpAuth, httpRouter, logger } = deps;
        const config = readGitHostConfig(deps.config);
        await checkGitInstallation();
        const db = await openDatabase(deps.database);
        const gitBaseUrl = await deps.discovery.getExternalBaseUrl(
          'model-ci-git',
        );
        const { directory } = config;

        const users = new UserDirectory(deps);
        const authorizer = new RepositoryAuthorizer({ ...deps, db });
        const announcer = new PushAnnouncer({
          ...deps,
          db,
          directory,
          gitBaseUrl,
        });
        const repositories = new RepositoryService({
          db,
          config,
          users,
          announcer,
          logger,
          gitBaseUrl,
          appBaseUrl: (
            deps.config.getOptionalString('app.baseUrl') ?? ''
          ).replace(/\/+$/, ''),
        });
        const tokens = new TokenService({ db });
        const policy = new TokenPolicy({
          ...deps,
          authorizer,
          users,
          withoutPolicy: config.tokensWithoutPolicy,
        });
        const backend = new GitHttpBackend({
          directory,
          maxPushBytes: config.maxPushBytes,
          timeoutMs: config.requestTimeoutMs,
        });

        [...GIT_PATHS, RAW_PATH].forEach(path =>
          httpRouter.addAuthPolicy({ path, allow: 'unauthenticated' }),
        );
        const router = Router();
        router.use(
          createGitRouter({
            db,
            backend,
            tokens,
            policy,
            failures: new FailureLimiter({ maxFailures: 20, windowMs: 60_000 }),
            users,
            announcer,
            auditor,
            logger,
            maxConcurrentRequests: config.maxConcurrentRequests,
          }),
        );
        router.use(createRawRouter({ repositories, authorizer, httpAuth }));
        router.use(
          '/repositories',
          createRepositoriesRouter({
            repositories,
            authorizer,
            users,
            httpAuth,
            auditor,
          }),
        );
        router.use(
          '/tokens',
          createTokensRouter({ tokens, authorizer, httpAuth, auditor }),
        );
        router.use(tellMistakes);
        httpRouter.use(router);

        await deps.events.subscribe({
          id: 'pushes-recorded',
          topics: [PUSH_RECORDED_TOPIC],
          onEvent: async ({ eventPayload }) => {
            const { id } = pushRecordedEventSchema.parse(eventPayload);
            await announcer.acknowledge(id);
          },
        });
        deps.lifecycle.addShutdownHook(() => backend.stop());
        // Only then has every plugin subscribed to what the first sweep finds.
        deps.rootLifecycle.addStartupHook(async () => {
          await deps.scheduler.scheduleTask({
            id: 'announce-pushes',
            frequency: { minutes: 1 },
            timeout: { minutes: 10 },
            // Each backend finishes what it began; the database keeps two of them from doing it twice.
            scope: 'local',
            fn: async () => {
              await repositories.recover();
              await announcer.sweep();
            },
          });
          await deps.scheduler.scheduleTask({
            id: 'deliver-pushes',
            frequency: { seconds: 10 },
            timeout: { minutes: 10 },
            scope: 'local',
            fn: () => announcer.deliver(),
          });
        });
      },
    });
  },
});
