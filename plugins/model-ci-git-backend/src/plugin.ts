import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import {
  PUSH_RECORDED_TOPIC,
  pushRecordedEventSchema,
  explainInvalidRequests,
} from '@model-ci/backstage-plugin-model-ci-node';
import { Router } from 'express';
import { readGitHostConfig } from './config';
import { openDatabase } from './database/migrate';
import { GitHttpBackend } from './git/httpBackend';
import { checkGitInstallation } from './git/installation';
import { repositoryFolder } from './git/names';
import { createCreationCheckRouter } from './http/creationCheckRouter';
import type { GitAccessOptions } from './http/gitAccess';
import { createGitRouter } from './http/gitRouter';
import { createLfsRouter } from './http/lfsRouter';
import { createNotServedRouter, REPOSITORY_PATH } from './http/notServedRouter';
import { createPullRequestsRouter } from './http/pullRequestsRouter';
import { createRawRouter } from './http/rawRouter';
import { createRepositoriesRouter } from './http/repositoriesRouter';
import { Slots } from './http/Slots';
import { createTokensRouter } from './http/tokensRouter';
import { WindowLimiter } from '@model-ci/backstage-plugin-model-ci-node';
import { UserDirectory } from './owners/UserDirectory';
import { RepositoryAuthorizer } from './permissions/RepositoryAuthorizer';
import { TokenPolicy } from './permissions/TokenPolicy';
import { Comparisons } from './pullRequests/Comparisons';
import type { PullRequestContext } from './pullRequests/context';
import { MergeChecker } from './pullRequests/MergeChecker';
import { PushAnnouncer } from './pushes/PushAnnouncer';
import { Quotas } from './repositories/Quotas';
import { RepositoryService } from './repositories/RepositoryService';
import { TokenService } from './tokens/TokenService';

/** Longer than a client takes to write what it got to a slow disk. */
const STALL_MS = 60_000;

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
        const appBaseUrl = (
          deps.config.getOptionalString('app.baseUrl') ?? ''
        ).replace(/\/+$/, '');
        const requestPageOf = (repository: string, number: number) =>
          `${
            appBaseUrl ? `${appBaseUrl}/git` : gitBaseUrl
          }/repositories/${repository}/pull-requests/${number}`;
        const announcer = new PushAnnouncer({
          ...deps,
          db,
          directory,
          gitBaseUrl,
          requestPageOf,
        });
        const quotas = new Quotas({ db, directory, ...config.quotas });
        const repositories = new RepositoryService({
          db,
          quotas,
          config,
          users,
          announcer,
          logger,
          gitBaseUrl,
          appBaseUrl,
        });
        const pullRequests: PullRequestContext = {
          ...{ db, directory, announcer, logger },
          pageOf: requestPageOf,
          measure: repository => quotas.measure(repository),
          comparisons: new Comparisons(),
          checker: config.pipelinesMustSucceed
            ? new MergeChecker({ ...deps, db, gitBaseUrl })
            : undefined,
          now: () => new Date(),
        };
        const tokens = new TokenService({ db });
        const policy = new TokenPolicy({
          ...deps,
          authorizer,
          users,
          withoutPolicy: config.tokensWithoutPolicy,
        });
        const backend = new GitHttpBackend({
          directory,
          timeoutMs: config.requestTimeoutMs,
          stallMs: STALL_MS,
        });

        const access: GitAccessOptions = {
          db,
          tokens,
          policy,
          users,
          failures: new WindowLimiter({ max: 20, windowMs: 60_000 }),
          requests: new WindowLimiter({
            max: config.maxRequestsPerMinute,
            windowMs: 60_000,
          }),
        };
        // Git knows no Backstage credentials: everything below a repository checks a token, or credentials, itself.
        httpRouter.addAuthPolicy({
          path: REPOSITORY_PATH,
          allow: 'unauthenticated',
        });
        const router = Router();
        router.use(
          createGitRouter({
            ...access,
            backend,
            slots: new Slots({
              total: config.maxConcurrentRequests,
              perUser: config.maxConcurrentRequestsPerUser,
              // Behind a proxy everybody has its address; one address never takes everything all the same.
              perAddress: Math.ceil(config.maxConcurrentRequests * 0.75),
            }),
            folderOf: ({ name }) => repositoryFolder(directory, name),
            roomFor: async repository =>
              Math.min(config.maxPushBytes, await quotas.roomFor(repository)),
            measure: repository => quotas.measure(repository),
            maxRefsPerPush: config.maxRefsPerPush,
            announcer,
            pullRequests,
            auditor,
            logger,
          }),
        );
        router.use(
          createRawRouter({ repositories, authorizer, httpAuth, auditor }),
        );
        router.use(
          createLfsRouter({
            ...access,
            auditor,
            logger,
            gitBaseUrl,
            folderOf: ({ name }) => repositoryFolder(directory, name),
            roomFor: repository => quotas.roomFor(repository),
            addLfsBytes: (repository, bytes) =>
              quotas.addLfs(repository, bytes),
          }),
        );
        router.use(createNotServedRouter(access));
        router.use(
          '/repositories/:name/pull-requests',
          createPullRequestsRouter({
            ...{ pullRequests, repositories, authorizer, users },
            ...{ httpAuth, auditor },
          }),
        );
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
          '/creation-check',
          createCreationCheckRouter({ repositories, authorizer, httpAuth }),
        );
        router.use(
          '/tokens',
          createTokensRouter({ tokens, authorizer, httpAuth, auditor }),
        );
        router.use(explainInvalidRequests);
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
