import { createExtensionPoint } from '@backstage/backend-plugin-api';
import type { ArtifactStore } from './artifactStore';
import type { Executor } from './executor';

/** Where an executor module registers its executor. */
export interface ExecutorsExtensionPoint {
  addExecutor(executor: Executor): void;
}

export const executorsExtensionPoint =
  createExtensionPoint<ExecutorsExtensionPoint>({ id: 'model-ci.executors' });

/** Where a storage module replaces the file system as the artifact store. */
export interface ArtifactStoreExtensionPoint {
  setArtifactStore(store: ArtifactStore): void;
}

export const artifactStoreExtensionPoint =
  createExtensionPoint<ArtifactStoreExtensionPoint>({
    id: 'model-ci.artifact-store',
  });
