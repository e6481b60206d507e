import {
  type ArtifactStore,
  asUser,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { Knex } from 'knex';
import { AnalysisThreads } from '../analysis/AnalysisThreads';
import { createAutomaticPromotions } from '../deployments/automatic/createAutomaticPromotions';
import { createRightFinder } from '../deployments/automatic/createRightFinder';
import { createDeployments } from '../deployments/createDeployments';
import { Engine } from '../engine/Engine';
import { mintReplicaId } from '../engine/replica';
import { EvaluationService } from '../evaluations/EvaluationService';
import { ExternalRunService } from '../external/ExternalRunService';
import { RunQuota } from '../limits/RunQuota';
import { createChangeHandler } from '../notifications/createChangeHandler';
import { Watchers } from '../notifications/watchers/Watchers';
import { PipelineService } from '../pipelines/PipelineService';
import { connectReplicas } from '../replicas/connectReplicas';
import { createReplicaChannel } from '../replicas/createReplicaChannel';
import { createEmailFinder } from '../runs/createEmailFinder';
import { RunService } from '../runs/RunService';
import { SecretGiver } from '../secrets/SecretGiver';
import { EmbeddedRepositoryOwners } from '../source/RepositoryOwners';
import { sourceIdentityOf } from '../source/sourceUrl';
import { ServiceDownloads } from '../transfers/ServiceDownloads';
import { TransferTokens } from '../transfers/TransferTokens';
import { TokenService } from '../tokens/TokenService';
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
  const { logger } = services;
  const artifactStore =
    services.artifactStore ?? (await createArtifactStore(services.config));
  const db = await openDatabase(services.database);
  const watchers = new Watchers({ db, logger });
  const base = {
    db,
    artifactStore,
    ...createSource(services, settings, db),
    analyses: new AnalysisThreads({ store: artifactStore, logger }),
    transfers: createTransfers(services, settings, db),
    secrets: new SecretGiver({
      ...settings.secrets,
      db,
      identify: url => sourceIdentityOf(url, settings.integrations),
      now: Date.now,
    }),
    onChange: createChangeHandler({ ...services, db, watchers }),
    stopping: new AbortController(),
  };
  const workers = createWorkers(services, settings, base);
  return {
    ...base,
    ...workers,
    ...createAnswers(services, settings, { ...base, ...workers }),
    watchers,
  };
}

interface Base extends ReturnType<typeof createSource> {
  db: Knex;
  artifactStore: ArtifactStore;
  analyses: AnalysisThreads;
  transfers: ReturnType<typeof createTransfers>;
  secrets: SecretGiver;
  onChange: ReturnType<typeof createChangeHandler>;
  stopping: AbortController;
}

/** What works on runs and deployments in the background, and what replicas say to each other about it. */
function createWorkers(
  services: ModelCiServices,
  settings: Settings,
  base: Base,
) {
  const { auditor, config, executors, logger } = services;
  const { db, artifactStore, onChange, transfers, secrets } = base;
  const replicaId = mintReplicaId();
  const findRight = createRightFinder({
    ...services,
    db,
    asUser: userRef => asUser(services, userRef),
  });
  const promoteAutomatically = createAutomaticPromotions({
    db,
    auditor,
    findRight,
  });
  const deployments = createDeployments({
    ...{ replicaId, db, logger, config, executors, artifactStore, auditor },
    findRight,
    signDownload: transfers.downloads.sign,
    secrets,
    stopping: base.stopping.signal,
    // eslint-disable-next-line @typescript-eslint/no-use-before-define -- each calls the other, once both are there
    lostBefore: () => engine.lostBefore(),
    onChange,
  });
  const engine = new Engine({
    ...{ replicaId, db, logger, executors, artifactStore, onChange },
    analyses: base.analyses,
    source: base.source,
    config: settings.engine,
    transfers: transfers.urls,
    secrets,
    environments: settings.environments,
    // One that cannot be decided now does not keep the other waiting.
    onRunSucceeded: run =>
      settleAll([
        promoteAutomatically(run),
        deployments.deployAutomatically(run),
      ]),
  });
  const channel = createReplicaChannel({ db, logger });
  if (channel) {
    connectReplicas(channel, { engine, deployments: deployments.loop });
  }
  return { engine, deployments, channel };
}

/** Waits for all of them, and rejects with what the first of those that failed says. */
async function settleAll(works: Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(works);
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') {
    throw failed.reason;
  }
}

/** What the HTTP interface asks. */
function createAnswers(
  services: ModelCiServices,
  settings: Settings,
  {
    db,
    artifactStore,
    source,
    engine,
    deployments,
    analyses,
  }: Base & ReturnType<typeof createWorkers>,
) {
  const { auth, catalog, config, logger } = services;
  const evaluations = new EvaluationService({ db });
  const versions = new VersionService({ db, logger });
  const quota = new RunQuota({ db, limits: settings.limits.owner });
  const runs = new RunService({
    ...{ db, logger, engine, artifactStore, source, quota },
    stageResults: runId => evaluations.stageResults(runId),
    excludeAuthor: settings.excludeAuthor
      ? { findEmail: createEmailFinder(services) }
      : undefined,
  });
  const pipelines = new PipelineService({
    ...{ db, catalog, auth, logger, source, runs, versions },
    integrations: settings.integrations,
    owners: new EmbeddedRepositoryOwners(services),
    deployments: deployments.service,
  });
  const externalRuns = new ExternalRunService({
    ...{ db, logger, source, analyses, quota, engine, runs },
    store: artifactStore,
    environments: settings.environments,
    limits: settings.engine,
    ...settings.externalRuns,
    appBaseUrl:
      config.getOptionalString('app.baseUrl')?.replace(/\/+$/, '') ?? '',
    now: Date.now,
  });
  const tokens = new TokenService({ db, now: Date.now });
  return {
    evaluations,
    versions,
    quota,
    runs,
    pipelines,
    externalRuns,
    tokens,
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
