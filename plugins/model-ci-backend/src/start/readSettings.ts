import type { ScmIntegrationRegistry } from '@backstage/integration';
import { ScmIntegrations } from '@backstage/integration';
import { readEnvironments } from '../deployments/environments';
import { readEngineConfig } from '../engine/config';
import { readExternalRunsConfig } from '../external/config';
import { readLimits } from '../limits/config';
import { readBuilderId, readSigner } from '../lineage/signing';
import { readSecretSettings } from '../secrets/config';
import { readTransfersConfig, warnOfRequestTimeout } from '../transfers/config';
import type { ModelCiServices } from './ModelCiServices';

export type Settings = ReturnType<typeof readSettings>;

/** Reads app-config. Deployments and the artifact store read their own parts when they are created. */
export function readSettings({
  config,
  executors,
  logger,
}: Pick<ModelCiServices, 'config' | 'executors' | 'logger'>) {
  const integrations: ScmIntegrationRegistry =
    ScmIntegrations.fromConfig(config);
  const settings = {
    engine: readEngineConfig(config, executors),
    limits: readLimits(config),
    externalRuns: readExternalRunsConfig(config),
    transferBaseUrl: readTransfersConfig(config).baseUrl,
    secrets: readSecretSettings(config),
    signer: readSigner(config),
    builderId: readBuilderId(config),
    environments: readEnvironments(config).map(({ name }) => name),
    excludeAuthor:
      config.getOptionalBoolean('modelCi.decisions.excludeAuthor') ?? false,
    integrations,
  };
  const warning = warnOfRequestTimeout(config);
  if (warning) {
    logger.warn(warning);
  }
  if (executors.size === 0) {
    logger.warn(
      'No executor is installed and configured, so that no stage can run: add a module such as @model-ci/backstage-plugin-model-ci-backend-module-docker to the backend, and its part of modelCi.executors to app-config',
    );
  }
  return settings;
}
