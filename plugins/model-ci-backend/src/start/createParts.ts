import { asUser } from '@model-ci/backstage-plugin-model-ci-node';
import type { Knex } from 'knex';
import { AnalysisThreads } from '../analysis/AnalysisThreads';
import { createAutomaticPromotions } from '../deployments/automatic/createAutomaticPromotions';
import { createRightFinder } from '../deployments/automatic/createRightFinder';
import { createDeployments } from '../deployments/createDeployments';
import { Engine } from '../engine/Engine';
import { mintReplicaId } from '../engine/replica';
import { EvaluationService } from '../evaluations/EvaluationService';
import { RunQuota } from '../limits/RunQuota';
import { createChangeHandler } from '../notifications/createChangeHandler';
import { Watchers } from '../notifications/watchers/Watchers';
import { PipelineService } from '../pipelines/PipelineService';
import { connectReplicas } from '../replicas/connectReplicas';
import { createReplicaChannel } from '../replicas/createReplicaChannel';
import { createEmailFinder } from '../runs/createEmailFinder';
import { RunService } from '../runs/RunService';
import { EmbeddedRepositoryOwners } from '../source/RepositoryOwners';
import { ServiceDownloads } from '../transfers/ServiceDownloads';
import { TransferTokens } from '../transfers/TransferTokens';
import { TransferUrls } from '../transfers/TransferUrls';
import { VersionService } from '../versions/VersionService';
import { createArtifactStore } from './createArtifactStore';
import { createSource } from './createSource';
import type { ModelCiServices } from './ModelCiServices';
import { openDatabase } from './openDatabase';
import type { Settings } from './readSettings';

export type Parts = Awaited<ReturnType<typeof createParts>>;

/** All that works and answers, put together; nothing runs yet. */
export async function createParts(
  services: ModelCiServices,
  settings: Settings,
) {
  const { auth, catalog, config, executors, logger } = services;
  const artifactStore =
    services.artifactStore ?? (await createArtifactStore(config));
  const db = await openDatabase(services.database);
  const stopping = new AbortController();
  const watchers = new Watchers({ db, logger });
  const onChange = createChangeHandler({ ...services, db, watchers });
  const { definitions, source } = createSource(services, settings, db);
  const evaluations = new EvaluationService({ db });
  const analyses = new AnalysisThreads({ store: artifactStore, logger });
  const versions = new VersionService({ db, logger });
  const replicaId = mintReplicaId();
  const transfers = createTransfers(services, settings, db);
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
  const deployments = createDeployments({
    replicaId,
    db,
    logger,
    config,
    executors,
    artifactStore,
    auditor: services.auditor,
    findRight,
    signDownload: transfers.downloads.sign,
    stopping: stopping.signal,
    // eslint-disable-next-line @typescript-eslint/no-use-before-define -- each calls the other, once both are there
    lostBefore: () => engine.lostBefore(),
    onChange,
  });
  const engine = new Engine({
    replicaId,
    db,
    logger,
    executors,
    artifactStore,
    analyses,
    source,
    config: settings.engine,
    transfers: transfers.urls,
    environments: settings.environments,
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
  const quota = new RunQuota({ db, limits: settings.limits.owner });
  const runs = new RunService({
    db,
    logger,
    engine,
    artifactStore,
    source,
    quota,
    stageResults: runId => evaluations.stageResults(runId),
    excludeAuthor: settings.excludeAuthor
      ? { findEmail: createEmailFinder(services) }
      : undefined,
  });
  const pipelines = new PipelineService({
    db,
    catalog,
    auth,
    logger,
    source,
    integrations: settings.integrations,
    owners: new EmbeddedRepositoryOwners(services),
    runs,
    versions,
    deployments: deployments.service,
  });
  return {
    artifactStore,
    analyses,
    channel,
    db,
    definitions,
    deployments,
    engine,
    evaluations,
    pipelines,
    quota,
    runs,
    source,
    stopping,
    transfers,
    versions,
    watchers,
  };
}

/** How engines in clusters fetch workspaces and bring results. */
function createTransfers(
  { discovery }: ModelCiServices,
  { transferBaseUrl }: Settings,
  db: Knex,
) {
  const baseUrl = async () =>
    transferBaseUrl === undefined
      ? await discovery.getExternalBaseUrl('model-ci')
      : `${transferBaseUrl}/api/model-ci`;
  const now = Date.now;
  const tokens = new TransferTokens({ db, now });
  return {
    tokens,
    downloads: new ServiceDownloads({ db, baseUrl, now }),
    urls: new TransferUrls({ tokens, baseUrl, now }),
  };
}
