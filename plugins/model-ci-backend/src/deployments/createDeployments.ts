import type {
  AuditorService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import type { ModelCiSignal } from '@model-ci/backstage-plugin-model-ci-common';
import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import type { RequestHandler } from 'express';
import type { Knex } from 'knex';
import type { DeploymentRow } from '../database/tables/deployments';
import {
  type AutomaticDeployments,
  type AutomaticDeploymentsOptions,
  createAutomaticDeployments,
} from './automatic/createAutomaticDeployments';
import type { DeploymentContext, ServiceExecutor } from './context';
import { createEndpointProxy } from './endpoint/createEndpointProxy';
import {
  createEndpointUpgrade,
  type EndpointUpgrade,
} from './endpoint/createEndpointUpgrade';
import { EndpointDirectory } from './endpoint/EndpointDirectory';
import { DeploymentLoop } from './DeploymentLoop';
import { DeploymentMover } from './DeploymentMover';
import { DeploymentService } from './DeploymentService';
import { readEnvironments } from './environments';
import { routeTo } from './serviceHost';
import { readDeploymentSettings, type DeploymentSettings } from './settings';

export interface DeploymentsOptions {
  /** Names this process among the replicas. */
  replicaId: string;
  db: Knex;
  logger: LoggerService;
  config: Config;
  executors: ReadonlyMap<string, ServiceExecutor>;
  artifactStore: ArtifactStore;
  auditor: AuditorService;
  /** For whom the version of a run is deployed automatically. */
  findRight: AutomaticDeploymentsOptions['findRight'];
  /** How engines that fetch for themselves get workspaces; absent where they cannot. */
  signDownload?: DeploymentContext['signDownload'];
  /** Where services get their secrets. */
  secrets?: DeploymentContext['secrets'];
  /** Called after a change was committed. */
  onChange(signal: ModelCiSignal): void;
  /** Milliseconds since 1970. */
  now?: () => number;
  settings?: Partial<DeploymentSettings>;
  /** What serves from nodes that nobody has reached since then is moved; undefined while that cannot be known. */
  lostBefore(): string | undefined;
  /** Aborts when the backend stops: WebSockets end then. */
  stopping?: AbortSignal;
}

/** The deployments of one backend: what the API calls, what works in the background, and the endpoints. */
export interface Deployments {
  service: DeploymentService;
  deployAutomatically: AutomaticDeployments;
  loop: DeploymentLoop;
  endpointProxy: RequestHandler;
  endpointUpgrade: EndpointUpgrade;
}

/** Puts the parts of the deployments together, from app-config. */
export function createDeployments(options: DeploymentsOptions): Deployments {
  const now = options.now ?? Date.now;
  const environments = readEnvironments(options.config);
  const settings = {
    ...readDeploymentSettings(options.config),
    ...options.settings,
  };
  const directory = new EndpointDirectory({ db: options.db, now });
  const context: DeploymentContext = {
    replicaId: options.replicaId,
    db: options.db,
    logger: options.logger,
    executors: options.executors,
    artifactStore: options.artifactStore,
    directory,
    settings,
    now,
    ...(options.secrets && { secrets: options.secrets }),
    ...(options.signDownload && { signDownload: options.signDownload }),
    onChange: options.onChange,
  };
  const mover = new DeploymentMover(context, {
    environments,
    lostBefore: options.lostBefore,
  });
  const loop = new DeploymentLoop(context, mover);
  const endpoint = {
    directory,
    environments: environments.map(({ name }) => name),
    logger: options.logger,
    timeouts: {
      firstByte: settings.requestTimeout,
      silence: settings.requestTimeout,
    },
    maxTimeout: settings.maxRequestTimeout,
    webSocketSilence: settings.webSocketTimeout,
    requestHeaders: settings.requestHeaders,
    answerHeaders: settings.answerHeaders,
    routeTo: (row: Pick<DeploymentRow, 'executor' | 'handle'>) =>
      routeTo(context, row),
    maxRequestBytes: settings.maxRequestBytes,
    now,
    onUnreachable: (deploymentId: string) => loop.lookAt(deploymentId),
    stopping: options.stopping ?? new AbortController().signal,
  };
  const service = new DeploymentService({
    context,
    environments,
    mover,
    wake: () => loop.wake(),
  });
  return {
    service,
    deployAutomatically: createAutomaticDeployments({
      context,
      service,
      environments,
      auditor: options.auditor,
      findRight: options.findRight,
    }),
    loop,
    endpointProxy: createEndpointProxy(endpoint),
    endpointUpgrade: createEndpointUpgrade(endpoint),
  };
}
