import {
  type AuditorService,
  type AuthService,
  type DatabaseService,
  type DiscoveryService,
  type HttpAuthService,
  type HttpRouterService,
  type LifecycleService,
  type LoggerService,
  type PermissionsRegistryService,
  type PermissionsService,
  resolvePackagePath,
  type RootConfigService,
  type RootLifecycleService,
  type SchedulerService,
  type UrlReaderService,
  type UserInfoService,
} from '@backstage/backend-plugin-api';
import { ScmIntegrations } from '@backstage/integration';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import type { EventsService } from '@backstage/plugin-events-node';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { SignalsService } from '@backstage/plugin-signals-node';
import type { Knex } from 'knex';
import {
  acknowledgePush,
  type ArtifactStore,
  asUser,
  type Executor,
  PUSH_TOPIC,
} from '@model-ci/backstage-plugin-model-ci-node';
import { AnalysisThreads } from './analysis/AnalysisThreads';
import { findPipelines } from './database/operations/pipelines/findPipelines';
import { createAutomaticPromotions } from './deployments/automatic/createAutomaticPromotions';
import { createRightFinder } from './deployments/automatic/createRightFinder';
import { createDeployments } from './deployments/createDeployments';
import { readEnvironments } from './deployments/environments';
import { readEngineConfig } from './engine/config';
import { Engine } from './engine/Engine';
import { mintReplicaId } from './engine/replica';
import { ComparisonService } from './comparison/ComparisonService';
import { EvaluationService } from './evaluations/EvaluationService';
import { ParityService } from './evaluations/ParityService';
import { SeriesService } from './evaluations/SeriesService';
import { Access } from './http/Access';
import { createRouter } from './http/createRouter';
import { AUTH_POLICIES } from './http/authPolicies';
import { UpgradeInstaller } from './http/upgrades/UpgradeInstaller';
import { limitPermissionCalls } from './http/limitPermissionCalls';
import { GpuService } from './gpus/GpuService';
import { readLimits } from './limits/config';
import { RunQuota } from './limits/RunQuota';
import { Slots } from './limits/Slots';
import { LineageService } from './lineage/LineageService';
import { readBuilderId, readSigner } from './lineage/signing';
import { createChangeHandler } from './notifications/createChangeHandler';
import { NodeService } from './nodes/NodeService';
import { FailureNotifier } from './notifications/FailureNotifier';
import { ApprovalNotifier } from './notifications/ApprovalNotifier';
import { PlacementNotifier } from './notifications/PlacementNotifier';
import { Watchers } from './notifications/watchers/Watchers';
import { registerPermissions } from './permissions/registerPermissions';
import { PipelineService } from './pipelines/PipelineService';
import { PushTrigger } from './pipelines/PushTrigger';
import { createEmailFinder } from './runs/createEmailFinder';
import { RunService } from './runs/RunService';
import { EmbeddedCommits } from './source/commits/EmbeddedCommits';
import { GiteaCommits } from './source/commits/GiteaCommits';
import { GithubCommits } from './source/commits/GithubCommits';
import { GitlabCommits } from './source/commits/GitlabCommits';
import { createDefinitionReader } from './source/definitionReader';
import { EmbeddedRepositoryOwners } from './source/RepositoryOwners';
import { UrlSourceReader } from './source/UrlSourceReader';
import { FileSystemArtifactStore } from './storage/FileSystemArtifactStore';
import { readTransfersConfig, warnOfRequestTimeout } from './transfers/config';
import { TransferTokens } from './transfers/TransferTokens';
import { ServiceDownloads } from './transfers/ServiceDownloads';
import { TransferUrls } from './transfers/TransferUrls';
import { connectReplicas } from './replicas/connectReplicas';
import { createHandOver } from './replicas/createHandOver';
import { createReplicaChannel } from './replicas/createReplicaChannel';
import { VersionService } from './versions/VersionService';

/** Backstage's services, and what modules registered. */
export interface ModelCiServices {
  auditor: AuditorService;
  auth: AuthService;
  catalog: CatalogService;
  config: RootConfigService;
  database: DatabaseService;
  discovery: DiscoveryService;
  events: EventsService;
  httpAuth: HttpAuthService;
  httpRouter: HttpRouterService;
  lifecycle: LifecycleService;
  logger: LoggerService;
  notifications: NotificationService;
  permissions: PermissionsService;
  permissionsRegistry: PermissionsRegistryService;
  rootLifecycle: RootLifecycleService;
  scheduler: SchedulerService;
  signals: SignalsService;
  urlReader: UrlReaderService;
  userInfo: UserInfoService;
  executors: Map<string, Executor>;
  artifactStore?: ArtifactStore;
}

/** Puts the parts together and starts them with the backend's life cycle. */
export async function startModelCi(services: ModelCiServices): Promise<void> {
  const { auth, catalog, config, executors, lifecycle, logger } = services;
  // What is wrong in the configuration is said before anything is touched.
  const engineConfig = readEngineConfig(config, executors);
  const limits = readLimits(config);
  const { baseUrl } = readTransfersConfig(config);
  const warning = warnOfRequestTimeout(config);
  if (warning) {
    logger.warn(warning);
  }
  const signer = readSigner(config);
  const builderId = readBuilderId(config);
  const integrations = ScmIntegrations.fromConfig(config);
  const artifactStore =
    services.artifactStore ?? (await createArtifactStore(services));
  const db = await openDatabase(services.database);
  const stopping = new AbortController();
  const watchers = new Watchers({ db, logger });
  const onChange = createChangeHandler({ ...services, db, watchers });
  if (executors.size === 0) {
    logger.warn(
      'No executor is installed, so that no stage can run: add a module such as @model-ci/backstage-plugin-model-ci-backend-module-docker to the backend',
    );
  }

  const definitions = createDefinitionReader({
    reader: services.urlReader,
    integrations,
  });
  const source = new UrlSourceReader({
    reader: services.urlReader,
    integrations,
    definitions,
    entityUrlOf: async ref => {
      const [row] = await findPipelines(db, [ref]);
      return row?.entity_url ?? undefined;
    },
    finders: [
      new EmbeddedCommits(services),
      new GithubCommits({ integrations }),
      new GitlabCommits({ integrations }),
      new GiteaCommits({ integrations }),
    ],
    maxBytes: engineConfig.maxSourceBytes,
    maxEntries: engineConfig.maxSourceEntries,
  });
  const evaluations = new EvaluationService({ db });
  const analyses = new AnalysisThreads({ store: artifactStore, logger });
  const comparisons = new ComparisonService({ db, comparer: analyses });
  const versions = new VersionService({ db, logger });
  const replicaId = mintReplicaId();
  const findRight = createRightFinder({
    ...services,
    db,
    asUser: userRef => asUser(services, userRef),
  });
  const promoteAutomatically = createAutomaticPromotions({
    db,
    auditor: services.auditor,
    findRight,
  });
  const transferBaseUrl = async () =>
    baseUrl === undefined
      ? await services.discovery.getExternalBaseUrl('model-ci')
      : `${baseUrl}/api/model-ci`;
  const downloads = new ServiceDownloads({
    db,
    baseUrl: transferBaseUrl,
    now: Date.now,
  });
  const deployments = createDeployments({
    replicaId,
    db,
    logger,
    config,
    executors,
    artifactStore,
    auditor: services.auditor,
    findRight,
    signDownload: downloads.sign,
    stopping: stopping.signal,
    // eslint-disable-next-line @typescript-eslint/no-use-before-define -- each calls the other, once both are there
    lostBefore: () => engine.lostBefore(),
    onChange,
  });
  const quota = new RunQuota({ db, limits: limits.owner });
  const tokens = new TransferTokens({ db, now: Date.now });
  const engine = new Engine({
    replicaId,
    db,
    logger,
    executors,
    artifactStore,
    analyses,
    source,
    config: engineConfig,
    transfers: new TransferUrls({
      tokens,
      baseUrl: transferBaseUrl,
      now: Date.now,
    }),
    environments: readEnvironments(config).map(({ name }) => name),
    onChange,
    async onRunSucceeded(run) {
      // One that cannot be decided now does not keep the other waiting.
      const results = await Promise.allSettled([
        promoteAutomatically(run),
        deployments.deployAutomatically(run),
      ]);
      const failed = results.find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') {
        throw failed.reason;
      }
    },
  });
  const channel = createReplicaChannel({ db, logger });
  if (channel) {
    connectReplicas(channel, { engine, deployments: deployments.loop });
  }
  const runs = new RunService({
    db,
    logger,
    engine,
    artifactStore,
    source,
    quota,
    stageResults: runId => evaluations.stageResults(runId),
    excludeAuthor: config.getOptionalBoolean('modelCi.decisions.excludeAuthor')
      ? { findEmail: createEmailFinder(services) }
      : undefined,
  });
  const pipelines = new PipelineService({
    db,
    catalog,
    auth,
    logger,
    source,
    integrations,
    owners: new EmbeddedRepositoryOwners(services),
    runs,
    versions,
    deployments: deployments.service,
  });
  registerPermissions(services.permissionsRegistry, pipelines);
  const { httpRouter } = services;
  const slots = {
    requests: new Slots(limits.user.requests),
    followers: new Slots(limits.user.followers),
    predictions: new Slots(limits.user.predictions),
  };
  const access = new Access({
    ...services,
    permissions: limitPermissionCalls(services.permissions),
    db,
    pipelines,
    watchers,
  });
  const upgrades = new UpgradeInstaller({
    access,
    logger,
    upgrade: deployments.endpointUpgrade,
    slots: new Slots(limits.user.webSockets),
  });
  httpRouter.use(upgrades.middleware);
  for (const policy of AUTH_POLICIES) {
    httpRouter.addAuthPolicy(policy);
  }
  httpRouter.use(
    createRouter(
      {
        db,
        database: channel,
        logger,
        auditor: services.auditor,
        access,
        quota,
        slots,
        transfers: {
          tokens,
          downloads,
          slots: new Slots(limits.attempt.transfers),
          uploading: new Slots(1),
          maxUploadBytes: engineConfig.maxArtifactBytes,
          now: Date.now,
        },
        artifactStore,
        source,
        pipelines,
        runs,
        nodes: new NodeService({
          db,
          engine,
          kept: () => deployments.service.kept(),
          nodeLostAfterMs: engineConfig.nodeLostAfterMs,
          inventoryIntervalMs: engineConfig.inventoryIntervalMs,
          now: Date.now,
        }),
        evaluations,
        parity: new ParityService({ db }),
        series: new SeriesService({ db }),
        gpus: new GpuService({ db }),
        comparisons,
        versions,
        lineage: new LineageService({
          db,
          versions,
          signer,
          builderId: async () =>
            builderId ??
            (await services.discovery.getExternalBaseUrl('model-ci')),
          describeModel: async (ref, credentials) =>
            await catalog
              .getEntityByRef(ref, { credentials })
              .then(model => model?.metadata.description)
              .catch(error => {
                logger.debug(
                  `The catalog does not describe '${ref}': ${error}`,
                );
                return undefined;
              }),
        }),
        deployments: deployments.service,
        stopping: stopping.signal,
      },
      deployments.endpointProxy,
    ),
  );

  const pushes = new PushTrigger({
    pipelines,
    runs,
    definitions,
    acknowledge: push => acknowledgePush(services.events, push),
    logger,
  });
  const failures = new FailureNotifier({ ...services, db });
  const placements = new PlacementNotifier({
    db,
    nodes: engine.nodes,
    notifications: services.notifications,
    logger,
  });
  const approvals = new ApprovalNotifier({
    db,
    notifications: services.notifications,
    logger,
  });
  lifecycle.addStartupHook(async () => {
    void upgrades.introduce(services.discovery);
    analyses.start();
    channel?.start();
    await engine.start();
    await deployments.loop.start();
    await services.events.subscribe({
      id: 'model-ci',
      topics: [PUSH_TOPIC],
      onEvent: event => pushes.onEvent(event.eventPayload),
    });
    await scheduleTasks(services, pipelines, artifactStore);
    await services.scheduler.scheduleTask({
      id: 'tell-unplaceable',
      frequency: { seconds: 30 },
      timeout: { minutes: 1 },
      scope: 'global',
      fn: async () => {
        await approvals.check();
        await placements.check();
      },
    });
    await services.scheduler.scheduleTask({
      id: 'tell-failures',
      frequency: { minutes: 1 },
      timeout: { minutes: 1 },
      scope: 'global',
      fn: () => failures.check(),
    });
  });
  const handOver = createHandOver({
    engine,
    deployments: deployments.loop,
    channel,
  });
  // Before the delay after which the backend takes no requests any more: others work on in the meantime.
  services.rootLifecycle.addBeforeShutdownHook(handOver);
  lifecycle.addShutdownHook(async () => {
    stopping.abort();
    upgrades.remove();
    await handOver();
    await channel?.stop();
    await analyses.stop();
  });
}

async function openDatabase(database: DatabaseService): Promise<Knex> {
  const db = await database.getClient();
  if (!database.migrations?.skip) {
    await db.migrate.latest({
      directory: resolvePackagePath(
        '@model-ci/backstage-plugin-model-ci-backend',
        'migrations',
      ),
    });
  }
  return db;
}

async function createArtifactStore({
  config,
}: ModelCiServices): Promise<ArtifactStore> {
  const directory = config.getOptionalString('modelCi.storage.directory');
  if (!directory) {
    throw new Error(
      `Missing required config value at 'modelCi.storage.directory': name a folder for artifacts and logs that every replica of the backend shares, or install a module with another artifact store`,
    );
  }
  return await FileSystemArtifactStore.create({ directory });
}

async function scheduleTasks(
  { scheduler, logger }: ModelCiServices,
  pipelines: PipelineService,
  artifactStore: ArtifactStore,
): Promise<void> {
  await scheduler.scheduleTask({
    id: 'sync-pipelines',
    frequency: { seconds: 30 },
    timeout: { minutes: 10 },
    scope: 'global',
    fn: signal => pipelines.sync(signal),
  });
  // The task above waits for its turn, which another replica or the process before may just have taken.
  pipelines
    .sync()
    .catch(error =>
      logger.info(
        `The catalog does not answer yet; its pipelines are read again in a moment: ${error}`,
      ),
    );
  if (artifactStore.sweep) {
    await scheduler.scheduleTask({
      id: 'sweep-artifacts',
      frequency: { hours: 24 },
      timeout: { hours: 1 },
      // Each machine knows which of its own writes are dead, and does so at its start
      scope: 'local',
      fn: async () => {
        await artifactStore.sweep?.();
      },
    });
  }
}
