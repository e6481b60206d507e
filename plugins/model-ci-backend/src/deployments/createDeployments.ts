import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import type { ModelCiSignal } from '@model-ci/backstage-plugin-model-ci-common';
import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import type { RequestHandler } from 'express';
import type { Knex } from 'knex';
import type { DeploymentContext, ServiceExecutor } from './context';
import { createEndpointProxy } from './createEndpointProxy';
import { DeploymentLoop } from './DeploymentLoop';
import { DeploymentService } from './DeploymentService';
import { EndpointDirectory } from './EndpointDirectory';
import { readEnvironments } from './environments';
import { readDeploymentSettings, type DeploymentSettings } from './settings';

export interface DeploymentsOptions {
  db: Knex;
  logger: LoggerService;
  config: Config;
  executors: ReadonlyMap<string, ServiceExecutor>;
  artifactStore: ArtifactStore;
  /** Called after a change was committed. */
  onChange(signal: ModelCiSignal): void;
  /** Milliseconds since 1970. */
  now?: () => number;
  settings?: Partial<DeploymentSettings>;
}

/** The deployments of one backend: what the API calls, what works in the background, and the endpoints. */
export interface Deployments {
  service: DeploymentService;
  loop: DeploymentLoop;
  endpointProxy: RequestHandler;
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
    db: options.db,
    logger: options.logger,
    executors: options.executors,
    artifactStore: options.artifactStore,
    directory,
    settings,
    now,
    onChange: options.onChange,
  };
  const loop = new DeploymentLoop(context);
  return {
    service: new DeploymentService({
      context,
      environments,
      wake: () => loop.wake(),
    }),
    loop,
    endpointProxy: createEndpointProxy({
      directory,
      environments: environments.map(({ name }) => name),
      logger: options.logger,
      requestTimeout: settings.requestTimeout,
      maxRequestBytes: settings.maxRequestBytes,
      now,
      onUnreachable: deploymentId => loop.lookAt(deploymentId),
    }),
  };
}
