import {
  asUser,
  WindowLimiter,
} from '@model-ci/backstage-plugin-model-ci-node';
import { ComparisonService } from '../comparison/ComparisonService';
import { ParityService } from '../evaluations/ParityService';
import { SeriesService } from '../evaluations/SeriesService';
import { GpuService } from '../gpus/GpuService';
import { Access } from '../http/Access';
import { AUTH_POLICIES } from '../http/authPolicies';
import { createRouter } from '../http/createRouter';
import { MachineAccess } from '../http/MachineAccess';
import { limitPermissionCalls } from '../http/limitPermissionCalls';
import { UpgradeInstaller } from '../http/upgrades/UpgradeInstaller';
import { Slots } from '../limits/Slots';
import { LineageService } from '../lineage/LineageService';
import { NodeService } from '../nodes/NodeService';
import { RepositoryAnalyzer } from '../pipelines/registration/RepositoryAnalyzer';
import { registerPermissions } from '../permissions/registerPermissions';
import { SecretService } from '../secrets/SecretService';
import { MergeChecks } from '../triggers/MergeChecks';
import type { Parts } from './createParts';
import type { Triggers } from './createTriggers';
import type { ModelCiServices } from './ModelCiServices';
import { readAppUrl } from './readAppUrl';
import type { Settings } from './readSettings';

/** From one address, before it is told to stay away; as the git host has it. */
const WRONG_TOKENS = { max: 20, windowMs: 60_000 };

/** Opens the HTTP interface. Returns the installer of WebSocket upgrades, which starts and stops with the backend. */
export function addRoutes(
  services: ModelCiServices,
  settings: Settings,
  parts: Parts,
  { deliveries, schedules }: Triggers,
): UpgradeInstaller {
  const { httpRouter, logger } = services;
  const { db, deployments, engine, pipelines, stopping } = parts;
  const { limits } = settings;
  registerPermissions(services.permissionsRegistry, pipelines);
  const access = new Access({
    ...services,
    permissions: limitPermissionCalls(services.permissions),
    db,
    pipelines,
    watchers: parts.watchers,
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
  const routes = createRouter(
    {
      db,
      database: parts.channel,
      logger,
      auditor: services.auditor,
      access,
      quota: parts.quota,
      slots: {
        requests: new Slots(limits.user.requests),
        followers: new Slots(limits.user.followers),
        predictions: new Slots(limits.user.predictions),
      },
      transfers: {
        tokens: parts.transfers.tokens,
        downloads: parts.transfers.downloads,
        secrets: parts.secrets,
        slots: new Slots(limits.attempt.transfers),
        uploading: new Slots(1),
        maxUploadBytes: settings.engine.maxArtifactBytes,
        now: Date.now,
      },
      artifactStore: parts.artifactStore,
      source: parts.source,
      pipelines,
      repositories: new RepositoryAnalyzer({
        pipelines,
        reader: services.urlReader,
        integrations: settings.integrations,
        repositories: parts.repositoryFinder,
        embedded: async () => ({
          pages: `${readAppUrl(services.config)}/git/repositories/`,
          repositories: `${await services.discovery.getExternalBaseUrl(
            'model-ci-git',
          )}/`,
        }),
      }),
      runs: parts.runs,
      nodes: new NodeService({
        db,
        engine,
        kept: () => deployments.service.kept(),
        nodeLostAfterMs: settings.engine.nodeLostAfterMs,
        inventoryIntervalMs: settings.engine.inventoryIntervalMs,
        now: Date.now,
      }),
      evaluations: parts.evaluations,
      parity: new ParityService({ db }),
      series: new SeriesService({ db }),
      gpus: new GpuService({ db }),
      comparisons: new ComparisonService({ db, comparer: parts.analyses }),
      versions: parts.versions,
      secrets: new SecretService({
        ...settings.secrets,
        db,
        environments: settings.environments,
        now: Date.now,
      }),
      lineage: createLineage(services, settings, parts),
      tokens: parts.tokens,
      machines: new MachineAccess({
        tokens: parts.tokens,
        failures: new WindowLimiter(WRONG_TOKENS),
        asUser: userRef => asUser(services, userRef),
      }),
      externalRuns: parts.externalRuns,
      deployments: deployments.service,
      deliveries,
      schedules,
      mergeChecks: new MergeChecks({
        ...{ db, pipelines, appUrl: readAppUrl(services.config) },
      }),
      stopping: stopping.signal,
    },
    deployments.endpointProxy,
  );
  httpRouter.use(routes);
  return upgrades;
}

function createLineage(
  { catalog, discovery, logger }: ModelCiServices,
  { signer, builderId }: Settings,
  { db, versions }: Parts,
): LineageService {
  return new LineageService({
    db,
    versions,
    signer,
    builderId: async () =>
      builderId ?? (await discovery.getExternalBaseUrl('model-ci')),
    describeModel: async (ref, credentials) =>
      await catalog
        .getEntityByRef(ref, { credentials })
        .then(model => model?.metadata.description)
        .catch(error => {
          logger.debug(`The catalog does not describe '${ref}': ${error}`);
          return undefined;
        }),
  });
}
