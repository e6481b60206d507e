import type { LoggerService } from '@backstage/backend-plugin-api';
import type { ModelCiSignal } from '@model-ci/backstage-plugin-model-ci-common';
import type {
  ArtifactStore,
  Executor,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { Knex } from 'knex';
import type { SecretGiver } from '../secrets/SecretGiver';
import type { EndpointDirectory } from './endpoint/EndpointDirectory';
import type { DeploymentSettings } from './settings';

/** The part of an executor that deployments use. */
export type ServiceExecutor = Pick<
  Executor,
  'name' | 'needsImage' | 'takesSecrets' | 'inventory' | 'services'
>;

/** What every part of the deployments works with. */
export interface DeploymentContext {
  /** Names this process among the replicas. */
  replicaId: string;
  db: Knex;
  logger: LoggerService;
  executors: ReadonlyMap<string, ServiceExecutor>;
  artifactStore: ArtifactStore;
  directory: EndpointDirectory;
  settings: DeploymentSettings;
  /** Signs a URL under which a service's engine fetches a part of its workspace until it is stopped. */
  signDownload?(what: {
    deploymentId: string;
    serviceId: string;
    digest: string;
  }): Promise<{ url: string }>;
  /** Where services get their secrets; those that ask for some fail without it. */
  secrets?: Pick<SecretGiver, 'giveToService' | 'recall'>;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Called after a change was committed. */
  onChange(signal: ModelCiSignal): void;
}

/** A time as the database keeps it. */
export function toTimestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
